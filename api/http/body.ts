import { isPlainObject } from '../../mail/settings/layers.ts'
import { readBodyBytes } from './body-bytes.ts'
import { withPackedBytes } from './byte-lists.ts'
import { Refusal } from './errors.ts'
import { type JsonExcess, jsonExcess } from './json-bounds.ts'
import { oddKeyRule } from './odd-key.ts'

/**
 * Largest body of an email, in bytes: 10 MB of attachment take four times that as
 * `{"type":"Buffer","data":[...]}`, which most Node SDKs send.
 */
export const mostEmailBodyBytes = 60_000_000

/** Largest body of everything else, in bytes. */
const mostBodyBytes = 1_000_000

/**
 * Reads the body as a JSON object, whatever its content type says.
 *
 * @param limit in bytes; what is longer is refused before or while it is read, never kept
 * @returns an empty object when there is no body
 * @throws Refusal 413 for too long, 400 for what is not UTF-8, not JSON or not an object, and for
 * an object that has a key twice
 */
export async function readJsonObject(
  request: Request,
  limit = mostBodyBytes,
): Promise<Record<string, unknown>> {
  const value = await readJson(request, limit, {})
  if (isPlainObject(value)) return value
  throw new Refusal(400, 'validation_error', 'The body must be a JSON object.')
}

/** Reads the body as a JSON array, as `readJsonObject` reads an object. */
export async function readJsonArray(request: Request, limit: number): Promise<unknown[]> {
  const value = await readJson(request, limit, [])
  if (Array.isArray(value)) return value as unknown[]
  throw new Refusal(400, 'validation_error', 'The body must be a JSON array.')
}

/** Reads the body as JSON of whatever kind, as `readJsonObject` reads an object. */
export async function readJson(
  request: Request,
  limit = mostBodyBytes,
  empty: unknown = {},
): Promise<unknown> {
  const text = await withPackedBytes(decode(await readBodyBytes(request, limit)))
  if (text.trim() === '') return empty
  const excess = await jsonExcess(text)
  if (excess) throw tooMuch(excess)
  const value = parse(text)
  const rule = oddKeyRule(text)
  if (rule === undefined) return value
  throw new Refusal(400, 'validation_error', `The body ${rule}.`)
}

function tooMuch({ status, rule }: JsonExcess): Refusal {
  const errors = [{ path: 'body', rule }]
  return new Refusal(status, 'validation_error', `The body ${rule}.`, { errors })
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Refusal(400, 'not_utf8', 'The body is not valid UTF-8.')
  }
}

/** The message of JSON.parse quotes the body, so it is not passed on. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, 'validation_error', 'The body is not valid JSON.')
  }
}
