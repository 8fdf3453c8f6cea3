import { createHmac, timingSafeEqual } from 'node:crypto'
import { createdAtOf, isId } from './id.ts'
import { dayMs } from './time.ts'

/**
 * What proves that Postern sent an email: its id and an HMAC over it, in the characters of base32,
 * so that it survives in the local part of an address in whatever case. Without the key no one can
 * make one, and a report without one changes nothing.
 *
 * @param key the secret `feedback.key`
 */
export function tokenOf(id: string, key: string): string {
  return base32(Buffer.from(id.replaceAll('-', ''), 'hex')) + sealOf(id, key)
}

/**
 * The id of the email that a token was made for.
 *
 * @param keys the secret in force, then older ones
 * @param now milliseconds since the epoch
 * @returns undefined for one that none of these keys made, or that is too old
 */
export function emailOf(token: string, keys: readonly string[], now: number): string | undefined {
  if (!shape.test(token)) return undefined
  const id = idIn(token.slice(0, idLength))
  const given = Buffer.from(token)
  if (!isId(id) || createdAtOf(id) < now - mostAgeMs) return undefined
  return keys.some((key) => timingSafeEqual(Buffer.from(tokenOf(id, key)), given)) ? id : undefined
}

/** Where email that could not be delivered comes back to: the envelope sender of an email. */
export function returnAddress(id: string, domain: string, key: string): string {
  return `b-${tokenOf(id, key)}@${domain}`
}

/**
 * The token in the local part of an address. What others put in front of it, such as `prvs=1234=`
 * (BATV) or `SRS0=hash=tt=domain=`, is read over: the token decides by itself.
 */
export function tokenIn(address: string): string | undefined {
  const [local = ''] = address.slice(0, longestLocal).split('@')
  return /(?:^|[=+])b-([a-z2-7]{42})$/i.exec(local)?.[1]?.toLowerCase()
}

/** The value of X-Postern-Id: relays that replace the envelope sender leave it alone. */
export function markedId(id: string, key: string): string {
  return `${id}.${sealOf(id, key)}`
}

/** The token in a value of X-Postern-Id; undefined where there is the id alone. */
export function tokenInMark(value: string): string | undefined {
  const [, id, seal] = /^\s*([0-9a-f-]{36})\.([a-z2-7]{16})\s*$/i.exec(value) ?? []
  if (!id || !seal) return undefined
  return base32(Buffer.from(id.replaceAll('-', ''), 'hex')) + seal.toLowerCase()
}

/** Emails may be scheduled 30 days ahead; complaints come weeks after. */
export const mostAgeMs = 90 * dayMs

/** 16 bytes of the id take 26 characters, 10 of the HMAC 16. */
const idLength = 26
const sealBytes = 10
const shape = /^[a-z2-7]{42}$/

/** Characters: more than any address has (RFC 5321 section 4.5.3.1). */
const longestLocal = 400

function sealOf(id: string, key: string): string {
  const hash = createHmac('sha256', key).update(`returned email ${id}`).digest()
  return base32(hash.subarray(0, sealBytes))
}

/** RFC 4648 section 6, in lower case and without padding. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

function base32(bytes: Buffer): string {
  let text = ''
  let [held, bits] = [0, 0]
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    for (; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31]
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text
}

function idIn(text: string): string {
  const bits = [...text].map((one) => alphabet.indexOf(one).toString(2).padStart(5, '0')).join('')
  const hex = BigInt(`0b${bits.slice(0, 128)}`)
    .toString(16)
    .padStart(32, '0')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
