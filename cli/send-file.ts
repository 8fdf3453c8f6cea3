import { usage } from '../machine/failure.ts'
import type { Client } from './client.ts'
import { readGivenFile } from './given-file.ts'
import { requestHeaders } from './request-headers.ts'
import { readBytes, type Terminal } from './terminal.ts'

/** A whole email in a file, and what is said with it. */
interface FileWish {
  /** `-` for standard input. */
  readonly file: string
  readonly from?: string
  readonly to?: readonly string[]
  readonly stream?: string
  readonly idempotencyKey?: string
}

/** Sends a whole email from a file, through the API. */
export async function sendFile(
  client: Client,
  wish: FileWish,
  terminal: Terminal,
): Promise<{ id: string }> {
  refuseParts(wish)
  const headers = headersOf(wish)
  const bytes = await read(wish.file, terminal)
  if (bytes.length === 0) throw usage(`${wish.file} is empty`)
  return client.mail('/v1/emails/raw', bytes, headers)
}

/** What a file says already. */
const parts = ['cc', 'bcc', 'replyTo', 'subject', 'text', 'html', 'htmlFile', 'attach']

function refuseParts(wish: object) {
  const given = parts.find((part) => part in wish)
  if (given === undefined) return
  const option = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw usage(`--${option} does not go with a file, which is a whole email: --to and --from do`)
}

async function read(file: string, terminal: Terminal) {
  if (file !== '-') return readGivenFile('the email', file)
  if (terminal.input.isTTY)
    throw usage('give an email on standard input: postern send - < mail.eml')
  return readBytes(terminal)
}

function headersOf({ from, to, stream, idempotencyKey }: FileWish) {
  return requestHeaders({
    'x-postern-mail-from': from,
    'x-postern-rcpt-to': to?.join(', '),
    'x-postern-stream': stream,
    'idempotency-key': idempotencyKey,
  })
}
