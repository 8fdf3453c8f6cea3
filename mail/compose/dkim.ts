import { createPrivateKey, type KeyObject } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'

/** Who signs. The public key stands in the DNS as TXT of `<selector>._domainkey.<domain>`. */
export interface DkimIdentity {
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
export async function signDkim(
  bytes: Uint8Array,
  { domain, selector, privateKey }: DkimIdentity,
): Promise<Uint8Array> {
  // Loaded on first use: only who signs pays for it.
  const { default: Dkim } = await import('nodemailer/lib/dkim')
  const signer = new Dkim({
    domainName: domain,
    keySelector: selector,
    privateKey,
    headerFieldNames,
  })
  const signed = await buffer(signer.sign(Readable.from(slicesOf(bytes), { objectMode: false })))
  // nodemailer passes the email on unsigned when the key does not work.
  if (signed.length <= bytes.length) throw new Error('the DKIM key made no signature')
  return signed
}

/** Bytes canonicalised at a time; 20 MB at once would keep this thread from all else for a second. */
const sliceBytes = 262_144

async function* slicesOf(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    yield bytes.subarray(at, at + sliceBytes)
    await setImmediate()
  }
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
 * What is signed, where present: RFC 6376 section 5.4.1, the fields that say what the body is, and
 * List-Unsubscribe-Post, without which one-click unsubscription does not count (RFC 8058 section 4).
 * Not Message-ID: relays such as SES put another one in its place.
 */
const headerFieldNames = [
  'From',
  'Sender',
  'Reply-To',
  'Subject',
  'Date',
  'To',
  'Cc',
  'In-Reply-To',
  'References',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'List-Id',
  'List-Help',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'List-Subscribe',
  'List-Post',
  'List-Owner',
  'List-Archive',
].join(':')
