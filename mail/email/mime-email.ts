import { bytesOf, longestText, textOf } from './mime-body.ts'
import { readFields, readParameters, valueOf, type MimeField } from './mime-fields.ts'
import { fileNameOf, headerText } from './mime-name.ts'
import { readMime, type MimePart } from './mime-part.ts'

/** A file that lies in an email. */
export interface EmailFile {
  readonly name: string
  /** In lower case, without parameters. */
  readonly type: string
  readonly bytes: Buffer
  readonly contentId?: string
  /** It belongs into the text, by its Content-Disposition or by being referred to. */
  readonly isInline?: true
}

/** A whole email taken apart, as a mail program would show it. */
export interface MimeEmail {
  readonly fields: readonly MimeField[]
  /** Its plain text, lines ending in LF; undefined where it has none. */
  readonly text?: string
  readonly html?: string
  /** All other parts in their order; a forwarded email is one of them, whole. */
  readonly files: readonly EmailFile[]
  /** What is broken in it, and lies in the text as it is. */
  readonly faults: readonly string[]
}

/**
 * Takes an email apart, its texts decoded from whatever charset.
 *
 * @throws MimeBoundError for one that would take too long
 */
export async function readMimeEmail(bytes: Buffer): Promise<MimeEmail> {
  const root = readMime(bytes)
  const leaves = [...leavesOf(root)]
  const shown = await Promise.all(leaves.map((part) => isText(part, part === root)))
  const textsOf = (subtype: 'plain' | 'html') =>
    Promise.all(
      leaves.filter((part, n) => shown[n] && isHtml(part) === (subtype === 'html')).map(textOf),
    )
  const [texts, htmls] = [await textsOf('plain'), await textsOf('html')]
  return {
    fields: root.fields,
    ...(texts.length > 0 && { text: joined(texts) }),
    ...(htmls.length > 0 && { html: joined(htmls) }),
    files: await Promise.all(leaves.filter((_, n) => !shown[n]).map(fileOf)),
    faults: [...faultsOf(root), ...cutsIn(leaves.filter((_, n) => shown[n]))],
  }
}

/** How many files lie in an email, none of them decoded. */
export async function countFiles(root: MimePart): Promise<{ attachments: number; inline: number }> {
  const leaves = [...leavesOf(root)]
  const shown = await Promise.all(leaves.map((part) => isText(part, part === root)))
  const files = leaves.filter((_, n) => !shown[n])
  const inline = files.filter(isInline).length
  return { attachments: files.length - inline, inline }
}

function* leavesOf(part: MimePart): Generator<MimePart> {
  if (part.parts.length === 0) yield part
  else for (const one of part.parts) yield* leavesOf(one)
}

function* faultsOf({ fault, parts }: MimePart): Generator<string> {
  if (fault !== undefined) yield fault
  for (const one of parts) yield* faultsOf(one)
}

function joined(texts: readonly string[]): string {
  return texts.join('\n').slice(0, longestText)
}

function cutsIn(texts: readonly MimePart[]): string[] {
  const length = texts.reduce((sum, { body }) => sum + body.length, 0)
  return length > longestText
    ? [`more than ${longestText} bytes of text: the rest is left out`]
    : []
}

/** What a reader sees: a text that is no file. One that is all of the email may have a name. */
async function isText(part: MimePart, isAll: boolean): Promise<boolean> {
  if (part.fault !== undefined) return true
  if (part.type !== 'text/plain' && part.type !== 'text/html') return false
  const { value } = readParameters(valueOf(part.fields, 'content-disposition'))
  return value !== 'attachment' && (isAll || (await fileNameOf(part)) === undefined)
}

function isHtml({ type, fault }: MimePart): boolean {
  return type === 'text/html' && fault === undefined
}

/** What has a content id and says nothing else is there for the html (RFC 2392). */
function isInline({ fields }: MimePart): boolean {
  const { value } = readParameters(valueOf(fields, 'content-disposition'))
  return value === 'inline' || (value === '' && valueOf(fields, 'content-id') !== undefined)
}

async function fileOf(part: MimePart): Promise<EmailFile> {
  const bytes = bytesOf(part)
  const contentId = valueOf(part.fields, 'content-id')?.replace(/^<|>$/g, '')
  const name = (await fileNameOf(part)) ?? (await nameOf(part, bytes))
  return {
    ...{ name, type: part.type, bytes },
    ...(contentId && { contentId }),
    ...(isInline(part) && { isInline: true as const }),
  }
}

/** A forwarded email is called by its subject, as mail programs save it. */
async function nameOf({ type }: MimePart, bytes: Buffer): Promise<string> {
  if (!isEmail(type)) return 'attachment'
  const subject = valueOf(readFields(bytes, 100_000).fields, 'subject') ?? ''
  const name = (await headerText(subject)).replace(/[\p{Cc}/\\:*?"<>|]+/gu, ' ').trim()
  return `${name.slice(0, longestName) || 'email'}.eml`
}

/** Characters: a file system takes 255 bytes. */
const longestName = 60

/** Whether a file of this type is an email (RFC 2046 section 5.2.1, RFC 6532 section 3.7). */
export function isEmail(type: string): boolean {
  return type === 'message/rfc822' || type === 'message/global'
}
