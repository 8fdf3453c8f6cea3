import { readDkimKey, signDkim } from '../compose/dkim.ts'
import type { EngineContext } from '../ports/fleet.ts'

/** Signs the bytes of an email, or leaves them as they are where no DKIM is set up. */
type Signer = (bytes: Uint8Array) => Promise<Uint8Array>

/**
 * The signer that the settings ask for, for engines whose server does not sign by itself.
 *
 * @throws Error in words for an administrator when the key is missing or not usable
 */
export function signerOf({
  settings,
  secrets,
}: Pick<EngineContext, 'settings' | 'secrets'>): Signer {
  const { domain, selector } = settings.dkim
  if (domain === null || selector === null) return async (bytes) => bytes
  const pem = secrets['dkim.privateKey']
  if (!pem) throw new Error('dkim.domain is set, but there is no key (secret dkim.privateKey)')
  const identity = { domain, selector, privateKey: readDkimKey(pem) }
  return (bytes) => signDkim(bytes, identity)
}
