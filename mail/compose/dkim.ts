import { createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

/** Who signs. The public key is in the DNS as TXT of `<selector>._domainkey.<domain>`. */
interface DkimIdentity {
  readonly domain: string
  readonly selector: string
  readonly privateKey: KeyObject
}

/**
 * Puts a DKIM signature on top of a composed email (RFC 6376): rsa-sha256, relaxed/relaxed. The
 * rest stays as it is, byte for byte. The same email always gets the same signature, so every copy
 * of it is the same: there is no `t=` and no `x=`, and PKCS #1 v1.5 has nothing random in it.
 *
 * Meant for engines whose server does not sign by itself: smtp and sendmail.
 *
 * @param bytes a whole email, lines ending in CRLF
 * @throws Error when no signature came of it: better not sent than sent unsigned
 */
export async function signDkim(bytes: Uint8Array, identity: DkimIdentity): Promise<Uint8Array> {
  const email = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = email.indexOf('\r\n\r\n')
  if (end < 0) throw new Error('what has no header has no signature')
  const fields = fieldsOf(email.toString('latin1', 0, end))
  const field = signatureOf(fields, await bodyHashOf(email.subarray(end + 4)), identity)
  return Buffer.concat([Buffer.from(`${field}\r\n`), email])
}

interface Field {
  readonly name: string
  readonly value: string
}

/** Section 3.4.2: names in lower case, values on one line with single blanks. */
function fieldsOf(header: string): Field[] {
  return header.split(/\r\n(?![ \t])/).map((line) => {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).replaceAll(/[ \t]/g, '').toLowerCase()
    return { name, value: relaxed(line.slice(colon + 1)) }
  })
}

function relaxed(value: string): string {
  return value
    .replaceAll('\r\n', '')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/^ | $/g, '')
}

/**
 * The field itself. By hand, because nodemailer's signer names only fields that are there, and each
 * once; canonicalising the body is nodemailer's.
 */
function signatureOf(fields: readonly Field[], bodyHash: string, identity: DkimIdentity): string {
  const { domain, selector, privateKey } = identity
  const signed = signedNames.flatMap((name) => {
    const present = fields.filter((field) => field.name === name).reverse()
    return [...present, ...(guarded.has(name) ? [{ name, value: undefined }] : [])]
  })
  const names = signed.map(({ name }) => name).join(':')
  const tags = [
    `v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=${selector};`,
    `bh=${bodyHash};`,
    `h=${names};`,
    'b=',
  ]
  const value = tags.join('\r\n ')
  // A field that is not there counts as nothing at all (section 5.4.2).
  const lines = signed.flatMap(({ name, value }) =>
    value === undefined ? [] : [`${name}:${value}\r\n`],
  )
  const data = `${lines.join('')}dkim-signature:${relaxed(value)}`
  return `DKIM-Signature: ${value}${signatureLines(data, privateKey)}`
}

function signatureLines(data: string, privateKey: KeyObject): string {
  if (privateKey.asymmetricKeyType !== 'rsa') throw new Error('the DKIM key made no signature')
  const signature = sign('sha256', Buffer.from(data, 'latin1'), privateKey).toString('base64')
  return signature.match(/.{1,72}/g)!.join('\r\n ')
}

/** Bytes canonicalised at a time; 20 MB at once would keep this thread from all else for a second. */
const sliceBytes = 262_144

async function bodyHashOf(body: Buffer): Promise<string> {
  // Loaded on first use: only signing pays for it.
  const { default: RelaxedBody } = await import('nodemailer/lib/dkim/relaxed-body')
  const canonical = new RelaxedBody().resume()
  const hashed = new Promise<string>((resolve) => canonical.once('hash', resolve))
  for (let at = 0; at < body.length; at += sliceBytes) {
    canonical.write(body.subarray(at, at + sliceBytes))
    await setImmediate()
  }
  canonical.end()
  return hashed
}

/**
 * Reads the private key of `dkim.privateKey`.
 *
 * @param pem PKCS #8 or PKCS #1, not encrypted
 * @throws Error saying what kind of key is needed; it never holds any of the key
 */
export function readDkimKey(pem: string): KeyObject {
  const key = parse(pem)
  if (key.asymmetricKeyType !== 'rsa')
    throw new Error(`the DKIM key is ${key.asymmetricKeyType}: an RSA key is needed`)
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < fewestBits)
    throw new Error(`the DKIM key has ${modulusLength} bits: at least ${fewestBits} are needed`)
  return key
}

function parse(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new Error(`the DKIM key cannot be read: ${complaintOf(pem)}`, { cause })
  }
}

function complaintOf(pem: string): string {
  if (/-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem)) return 'it is the public key'
  if (/ENCRYPTED/.test(pem)) return 'it is encrypted with a passphrase'
  if (pem.includes('\\n')) return 'its line breaks are written as \\n'
  if (!pem.includes('-----BEGIN'))
    return 'it is not PEM text beginning with -----BEGIN PRIVATE KEY-----'
  return 'it is damaged or of an unknown kind'
}

/** RFC 8301 section 3.2: with fewer, a signature counts as none. New keys have 2048. */
const fewestBits = 1_024

/**
 * What is signed, as often as it is there: RFC 6376 section 5.4.1, the fields that say what the body
 * is, and List-Unsubscribe-Post, without which one-click unsubscription does not count (RFC 8058
 * section 4). Not Message-ID: relays such as SES put another one in its place.
 */
const signedNames = [
  'from',
  'sender',
  'reply-to',
  'subject',
  'date',
  'to',
  'cc',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'list-id',
  'list-help',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-subscribe',
  'list-post',
  'list-owner',
  'list-archive',
]

/**
 * Signed once more than they are there, so that a second one, which some reader shows instead,
 * breaks the signature (RFC 6376 section 8.15).
 */
const guarded = new Set(['from', 'reply-to', 'subject', 'to', 'cc', 'content-type'])
