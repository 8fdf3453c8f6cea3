import { readFileSync, statSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate } from '../submission/server.ts'
import type { Environment } from './environment.ts'
import { usage } from './failure.ts'

/** The certificate for SMTP over TLS, if one is set or may be made; undefined without. */
export async function certificateOf(
  { tls, tlsSelfSigned, directory }: Environment,
  name: string,
): Promise<Certificate | undefined> {
  if (tls) return watched(tls)
  return tlsSelfSigned ? watched(await selfSigned(directory, name)) : undefined
}

interface Paths {
  readonly cert: string
  readonly key: string
}

/**
 * Files that are read again once they changed, looked at when a client connects: whatever
 * renews a certificate need not restart Postern.
 */
function watched(paths: Paths): Certificate {
  return {
    read: () => ({ cert: readPem(paths.cert), key: readPem(paths.key) }),
    version: () => versionOf(paths),
  }
}

/** Also where a link points elsewhere now, as certbot's do. */
function versionOf({ cert, key }: Paths): string | undefined {
  try {
    return [cert, key].map((path) => versionOfFile(path)).join()
  } catch {
    return undefined
  }
}

function versionOfFile(path: string): string {
  const { ino, size, mtimeMs } = statSync(path)
  return `${ino}:${size}:${mtimeMs}`
}

/** Made once, so that clients that have seen it can go on trusting it. */
async function selfSigned(directory: string, name: string): Promise<Paths> {
  const paths = { cert: join(directory, 'tls-cert.pem'), key: join(directory, 'tls-key.pem') }
  if (existsSync(paths.cert) && existsSync(paths.key)) return paths
  const { cert, private: key } = await make(name)
  writeFileSync(paths.key, key, { mode: 0o600 })
  writeFileSync(paths.cert, cert)
  return paths
}

/** Loaded on first use: no other start pays for it. */
async function make(name: string) {
  const { generate } = await import('selfsigned')
  const notAfterDate = new Date()
  notAfterDate.setUTCFullYear(notAfterDate.getUTCFullYear() + 10)
  const names = [...new Set([name, 'localhost'])].map((value) => ({ type: 2, value }) as const)
  return generate([{ name: 'commonName', value: name }], {
    keySize: 2048,
    algorithm: 'sha256',
    notAfterDate,
    extensions: [{ name: 'subjectAltName', altNames: names }],
  })
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const words = `POSTERN_TLS_CERT, POSTERN_TLS_KEY: ${path} cannot be read (${code})`
    throw Object.assign(usage(words), { cause })
  }
}
