import { createHmac, timingSafeEqual } from 'node:crypto'
import { jsonIn } from '../email/json.ts'

/** What a link to unsubscribe says: it is all there is, nothing is kept of it. */
export interface LinkSubject {
  readonly project: string
  readonly address: string
  readonly list: string
  /** The domain that the email came from, for the page. */
  readonly domain: string
  readonly emailId: string
}

/** @param key in force, from `LinkKeys` */
export function linkToken(subject: LinkSubject, key: string): string {
  const { project, address, list, domain, emailId } = subject
  const said = JSON.stringify([version, project, address, list, domain, emailId])
  const text = Buffer.from(said).toString('base64url')
  return `${text}.${sealOf(text, key)}`
}

/**
 * What a token says, however old it is: a link in an old email has to work.
 *
 * @param keys all that are believed
 * @returns undefined for one that none of these keys signed
 */
export function readLinkToken(token: string, keys: readonly string[]): LinkSubject | undefined {
  const [, text, seal] = shape.exec(token) ?? []
  if (text === undefined || seal === undefined) return undefined
  const given = Buffer.from(seal)
  if (!keys.some((key) => timingSafeEqual(Buffer.from(sealOf(text, key)), given))) return undefined
  const [, project, address, list, domain, emailId] = jsonIn(
    Buffer.from(text, 'base64url').toString(),
  ) as [number, string, string, string, string, string]
  return { project, address, list, domain, emailId }
}

/** For tokens of another form, should there ever be one. */
const version = 1

/** 16 of the 32 bytes of HMAC-SHA256, which no one can guess, and a URL that fits a line. */
const sealBytes = 16
const shape = /^([\w-]{1,1200})\.([\w-]{22})$/

function sealOf(text: string, key: string): string {
  const hash = createHmac('sha256', key).update(`unsubscribe ${text}`).digest()
  return hash.subarray(0, sealBytes).toString('base64url')
}
