import { createPublicKey } from 'node:crypto'
import { readDkimKey } from '../compose/dkim.ts'
import type { Postern } from '../ports/postern.ts'
import type { Settings } from '../settings/settings.ts'

const secret = 'dkim.privateKey'

/**
 * Postern's own DKIM key as the DNS holds it (RFC 6376 section 3.6.1). Undefined where there is none,
 * or where this process may not read secrets, as on AWS.
 */
export async function dkimPublicKey(
  { settings: store }: Pick<Postern, 'settings'>,
  { secrets }: Settings,
): Promise<string | undefined> {
  const version = secrets[secret]
  if (version === undefined) return undefined
  const read = await store.readSecrets({ [secret]: version }).catch(() => undefined)
  return read?.[secret] && publicPart(read[secret])
}

function publicPart(pem: string): string {
  const der = createPublicKey(readDkimKey(pem)).export({ format: 'der', type: 'spki' })
  return der.toString('base64')
}
