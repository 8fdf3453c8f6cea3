import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { jsonIn } from '../mail/email/json.ts'
import { exitCodes, Failure } from '../machine/failure.ts'
import { askSecret } from './ask-secret.ts'
import type { Terminal } from './terminal.ts'

/** scrypt (RFC 7914) as OWASP advises: 128 MB of memory for each guess. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1_024 * 1_024 }

const cipher = 'aes-256-gcm'

interface Sealed {
  readonly format: 'postern secrets 1'
  readonly salt: string
  readonly iv: string
  readonly tag: string
  readonly data: string
}

/** Encrypts what only the passphrase is to open again. */
export function seal(plain: Uint8Array, passphrase: string): string {
  const [salt, iv] = [randomBytes(16), randomBytes(12)]
  const sealing = createCipheriv(cipher, keyOf(passphrase, salt), iv)
  const data = Buffer.concat([sealing.update(plain), sealing.final()])
  const [saltText, ivText, tag, dataText] = [salt, iv, sealing.getAuthTag(), data].map(inBase64)
  const sealed = { salt: saltText, iv: ivText, tag, data: dataText }
  return `${JSON.stringify({ format: 'postern secrets 1', ...sealed })}\n`
}

/** @throws Failure when the passphrase is another, or the file is none of ours */
export function unseal(text: string, passphrase: string): string {
  const sealed = jsonIn(text) as Sealed | undefined
  if (sealed?.format !== 'postern secrets 1')
    throw new Failure(exitCodes.no, 'the file of secrets was not made by postern backup --secrets')
  const [salt, iv, tag, data] = [sealed.salt, sealed.iv, sealed.tag, sealed.data].map(fromBase64)
  const opening = createDecipheriv(cipher, keyOf(passphrase, salt!), iv!, { authTagLength: 16 })
  opening.setAuthTag(tag!)
  try {
    return Buffer.concat([opening.update(data!), opening.final()]).toString('utf8')
  } catch (cause) {
    throw new Failure(exitCodes.no, 'the passphrase is wrong, or the file of secrets is damaged', {
      cause,
    })
  }
}

/** From `POSTERN_PASSPHRASE`, or typed. */
export async function askPassphrase(terminal: Terminal): Promise<string> {
  return terminal.env['POSTERN_PASSPHRASE'] || askSecret('passphrase', terminal)
}

function keyOf(passphrase: string, salt: Uint8Array): Buffer {
  return scryptSync(passphrase.normalize('NFC'), salt, 32, cost)
}

function inBase64(bytes: Buffer): string {
  return bytes.toString('base64')
}

function fromBase64(text: string): Buffer {
  return Buffer.from(text, 'base64')
}
