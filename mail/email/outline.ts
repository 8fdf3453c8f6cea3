import { addressParser } from 'postal-mime'
import { countFiles } from './mime-email.ts'
import { mostHeaderBytes, readFields, valueOf, type MimeField } from './mime-fields.ts'
import { readMime } from './mime-part.ts'
import { wordsInUtf8 } from './words-in-utf8.ts'

/** A mailbox as a header spells it: nothing that email may be sent to. */
export interface HeaderMailbox {
  readonly address: string
  readonly name: string
}

/** What a list of emails shows of one, in the manner of mail programs. */
export interface Outline {
  /** Without angle brackets; empty where there is none. */
  readonly messageId: string
  readonly from: HeaderMailbox | null
  readonly to: readonly HeaderMailbox[]
  readonly cc: readonly HeaderMailbox[]
  readonly replyTo: readonly HeaderMailbox[]
  /** How many files are attached, and how many belong into the text. */
  readonly attachments: number
  readonly inline: number
  /** How its text begins, on one line. */
  readonly snippet: string
}

/** Characters of the text that a list shows. */
const longestSnippet = 250

/**
 * Outlines an email, one that is broken as far as it can be read.
 *
 * @param text its words, as they are found by
 */
export async function outlineOf(eml: Buffer, text: string): Promise<Outline> {
  const { fields } = readFields(eml, mostHeaderBytes)
  const [from, to, cc, replyTo] = await Promise.all(
    ['from', 'to', 'cc', 'reply-to'].map((name) => mailboxesOf(fields, name)),
  )
  const snippet = text
    .slice(0, 4 * longestSnippet)
    .replace(/\s+/g, ' ')
    .trim()
  return {
    messageId: (valueOf(fields, 'message-id') ?? '').replace(/^<|>$/g, '').slice(0, longestId),
    from: from![0] ?? null,
    to: to!,
    cc: cc!,
    replyTo: replyTo!,
    ...(await filesIn(eml)),
    snippet: snippet.slice(0, longestSnippet).toWellFormed(),
  }
}

/** A line of a header (RFC 5322 section 2.1.1). */
const longestId = 998

async function filesIn(eml: Buffer): Promise<{ attachments: number; inline: number }> {
  try {
    return await countFiles(readMime(eml))
  } catch {
    // Beyond all bounds: it is shown as it lies there.
    return { attachments: 0, inline: 0 }
  }
}

/** The mailboxes in all fields of a name, which is in lower case; as they are written. */
export async function mailboxesOf(
  fields: readonly MimeField[],
  name: string,
): Promise<HeaderMailbox[]> {
  const values = fields.filter((field) => field.name.toLowerCase() === name)
  const written = values
    .map(({ value }) => value)
    .join(', ')
    .slice(0, longestList)
  const list = await wordsInUtf8(written)
  const mailboxes = addressParser(list, { flatten: true }) as readonly HeaderMailbox[]
  return mailboxes.map(({ address, name }) => ({ address, name }))
}

/** Characters of a list of addresses that are read: some thousand of them. */
const longestList = 50_000
