import { checkName, parseMailbox, type Mailbox } from '../email/address.ts'
import type { RawField } from '../email/raw-email.ts'

/** One entry of an address header: a mailbox, or what stood there instead. */
export type Entry = ReturnType<typeof parseMailbox>

/** The text of every field of that name, unfolded, in the order in which they stand. */
export function valuesOf(fields: readonly RawField[], name: string): string[] {
  return fields.filter((field) => field.name === name).map(({ line }) => textOf(line))
}

/**
 * Reads the addresses of header fields. Header text is written by all kinds of programs: comments
 * and groups are read over, each entry is then judged by the one strict parser.
 */
export function entriesOf(fields: readonly RawField[], name: string): Entry[] {
  const list = valuesOf(fields, name).join(',').slice(0, longestList)
  return splitList(list).map(entryOf)
}

/** Characters: some thousand mailboxes, of which 50 can be recipients. */
const longestList = 100_000

/**
 * Plain text of a header value: encoded words read (RFC 2047), on one line, without what is no text.
 *
 * @param longest characters; the rest is cut off
 */
export function plainText(value: string, longest: number): string {
  // Encoded, a character takes at most 12: four bytes in quoted-printable.
  return decodeWords(value.slice(0, 12 * longest))
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, longest)
    .toWellFormed()
}

/** One character a byte becomes text: UTF-8 (RFC 6532) where it is that, else Latin-1. */
function textOf(line: string): string {
  const value = line.slice(line.indexOf(':') + 1).replaceAll('\r\n', '')
  const bytes = Buffer.from(value, 'latin1')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim()
  } catch {
    return value.trim()
  }
}

function entryOf(text: string): Entry {
  const parsed = parseMailbox(text)
  if ('fault' in parsed || parsed.mailbox.name === undefined) return parsed
  const { address, name: written } = parsed.mailbox
  // Inside quotes an encoded word is only text (RFC 2047 section 5, rule 3).
  const name = text.startsWith('"') ? written : plainText(written, longestName)
  return { mailbox: named(address, name) }
}

/** No name that could be shown is longer. */
const longestName = 300

/** A name that cannot be shown safely is left out: the address is what counts. */
function named(address: string, name: string): Mailbox {
  return name === '' || checkName(name) !== undefined ? { address } : { address, name }
}

/**
 * Cuts an address list at its commas, outside quotes and angle brackets, and drops comments and the
 * names of groups (RFC 5322 section 3.4).
 */
function splitList(value: string): string[] {
  const entries: string[] = []
  let entry = ''
  for (const token of value.match(tokens) ?? []) {
    const ends = token === ',' || token === ';'
    if (token === ':') entry = ''
    else if (!ends) entry += token.startsWith('(') ? '' : token
    if (ends) entry = taken(entry, entries)
  }
  taken(entry, entries)
  return entries
}

/** A quoted string, angle brackets, a comment (nested once): each to its end or that of the text. */
const tokens =
  /"(?:[^"\\]|\\.)*["\\]?|<[^<>]*>?|\((?:[^()\\]|\\.|\([^()]*\))*\)?|[^"<(,;:]+|[,;:]/gsu

function taken(entry: string, entries: string[]): '' {
  if (entry.trim() !== '') entries.push(entry.trim())
  return ''
}

/** Blanks between two encoded words are no part of the text (RFC 2047 section 6.2). */
function decodeWords(text: string): string {
  return text
    .replace(/\?=[ \t]+(?==\?[^?\s]+\?[bq]\?)/gi, '?=')
    .replace(/(?:=\?[^?\s]+\?[bq]\?[^?]*\?=)+/gi, decodeRun)
}

/** Words side by side in one charset may share a character: their bytes are joined first. */
function decodeRun(run: string): string {
  const pieces: { charset: string; bytes: Buffer }[] = []
  for (const [, tag, encoding, data] of run.matchAll(/=\?([^?\s]+)\?([bq])\?([^?]*)\?=/gi)) {
    // RFC 2231 section 5 lets a language follow the charset.
    const charset = tag!.replace(/\*.*/, '').toLowerCase()
    const bytes = /b/i.test(encoding!) ? Buffer.from(data!, 'base64') : unquoted(data!)
    const last = pieces.at(-1)
    if (last?.charset === charset) last.bytes = Buffer.concat([last.bytes, bytes])
    else pieces.push({ charset, bytes })
  }
  try {
    return pieces.map(({ charset, bytes }) => new TextDecoder(charset).decode(bytes)).join('')
  } catch {
    // An unknown charset: the text stays as it is written.
    return run
  }
}

function unquoted(data: string): Buffer {
  const spaced = data.replaceAll('_', ' ')
  const bytes = spaced.replace(/=([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1')
}
