import { checkName, parseMailbox, type Mailbox, type Reach } from './address.ts'
import { decodeWords, hasEncodedWord } from './encoded-words.ts'
import type { RawField } from './raw-email.ts'

/** One entry of an address header: a mailbox, or what stood there instead. */
type Entry = ReturnType<typeof parseMailbox>

/** The text of every field of that name, unfolded, in the order in which they stand. */
export function valuesOf(fields: readonly RawField[], name: string): string[] {
  return fields.filter((field) => field.name === name).map(({ line }) => textOf(line))
}

/**
 * Reads the addresses of header fields. Header text is written by all kinds of programs: comments
 * and groups are read over, each entry is then judged by the one strict parser.
 */
export function entriesOf(fields: readonly RawField[], name: string): Entry[] {
  const list = valuesOf(fields, name).join(',')
  const texts = splitList(list.slice(0, longestList))
  // In a list a word alone may be anything; cron writes `From: root (Cron Daemon)` and `To: root`.
  const reach = texts.length === 1 && namesPeople.has(name) ? 'bare' : 'local'
  const entries = texts.map((text) => readEntry(text, reach))
  return list.length > longestList ? [...entries, { fault: 'the list is too long' }] : entries
}

const namesPeople = new Set(['from', 'sender', 'to', 'cc'])

/** Every mailbox of these fields, or undefined where one of them cannot be read. */
export function mailboxesOf(fields: readonly RawField[], name: string): Mailbox[] | undefined {
  const entries = entriesOf(fields, name)
  const mailboxes = entries.flatMap((entry) => ('mailbox' in entry ? [entry.mailbox] : []))
  return mailboxes.length === entries.length ? mailboxes : undefined
}

/**
 * Whether every program reads the same mailboxes in these fields: no group, no unquoted name with a
 * comma, no comment that hides a bracket, nothing that does not end.
 */
export function isUnequivocal(fields: readonly RawField[], name: string): boolean {
  const sound = /^(?:"(?:[^"\\]|\\.)*"|\([^()\\<>@"]*\)|[^"()\\:;])*$/su
  return valuesOf(fields, name).every(
    (value) =>
      value.length <= longestList &&
      sound.test(value) &&
      splitList(value).every((text) => !/^[^"<]*,/.test(text)),
  )
}

/** Characters: some thousand mailboxes. */
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

/**
 * Reads one entry of an address header: as `parseMailbox`, and with the encoded words of a name
 * decoded. A name that then cannot be read or shown safely is left out: the address is what counts.
 */
export function readEntry(text: string, reach: Reach): Entry {
  const parsed = parseMailbox(text, reach)
  if ('fault' in parsed || parsed.mailbox.name === undefined) return parsed
  const { address, name: written } = parsed.mailbox
  // Inside quotes an encoded word is only text (RFC 2047 section 5, rule 3).
  if (text.startsWith('"')) return { mailbox: named(address, written) }
  const name = plainText(written, longestName)
  return { mailbox: named(address, isDecoded(written, name) ? name : '') }
}

/** Decoding leaves a word in an unknown charset as it is written. */
function isDecoded(written: string, name: string): boolean {
  return !hasEncodedWord(written) || !hasEncodedWord(name)
}

/** No name that could be shown is longer. */
const longestName = 300

function named(address: string, name: string): Mailbox {
  return name === '' || checkName(name) !== undefined ? { address } : { address, name }
}

/**
 * Cuts an address list at its commas, outside quotes and angle brackets, and drops comments and the
 * names of groups (RFC 5322 section 3.4). `Acme, Inc. <a@b.c>` is one mailbox all the same: what
 * stands before a comma and is no address belongs to the name that comes after it. So does what
 * stands before a colon or semicolon that is not of a group: `Acme: Sales <a@b.c>`.
 */
function splitList(value: string): string[] {
  const entries: string[] = []
  const all: readonly string[] = value.match(tokens) ?? []
  const lastEnd = all.lastIndexOf(';')
  let [entry, isGroup] = ['', false]
  for (const [at, token] of all.entries()) {
    const isEnd = token === ';' && isGroup
    if (token === ':' && at < lastEnd) [entry, isGroup] = ['', true]
    else if (!/^[,:;]$/.test(token)) entry += token.startsWith('(') ? '' : token
    else entry = !isEnd && isPartOfName(entry) ? entry + token : taken(entry, entries)
    isGroup &&= !isEnd
  }
  taken(entry, entries)
  return entries
}

function isPartOfName(entry: string): boolean {
  return entry.length <= longestName && entry.trim() !== '' && !/["@<]/.test(entry)
}

/** A quoted string, angle brackets, a comment (nested once): each to its end or that of the text. */
const tokens =
  /"(?:[^"\\]|\\.)*["\\]?|<[^<>]*>?|\((?:[^()\\]|\\.|\([^()]*\))*\)?|[^"<(,;:]+|[,;:]/gsu

function taken(entry: string, entries: string[]): '' {
  // Without a bracket at its end it was no name after all.
  const parts = /["<]/.test(entry) ? [entry] : entry.split(/[,:;]/)
  entries.push(...parts.map((part) => part.trim()).filter((part) => part !== ''))
  return ''
}
