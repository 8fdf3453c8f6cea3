import type { Asked } from '../request/refused.ts'
import { holderOf, type Caller } from '../keys/caller.ts'
import { isContentType, typeOf } from '../request/attachments.ts'
import {
  contentBytes,
  type EmailRequest,
  mostContentBytes,
  tooLarge,
} from '../request/email-request.ts'
import type { Fault } from '../request/fault.ts'
import type { Attachment, Content } from '../email/email.ts'
import type { Postern } from '../ports/postern.ts'
import type { Stay } from '../ports/room.ts'
import { NoRoom } from '../room.ts'

/** Most bytes, after base64, that one request may still have fetched. */
export interface Allowance {
  bytes: number
  /** The room that was taken, for who made the allowance to give back. */
  stay?: Stay
}

/** Does the work of one request, and gives back the room that its attachments took. */
export async function withAllowance<Done>(
  work: (allowance: Allowance) => Promise<Done>,
): Promise<Done> {
  const allowance: Allowance = { bytes: mostContentBytes }
  try {
    return await work(allowance)
  } finally {
    allowance.stay?.leave()
  }
}

/** Longest that all downloads of one request may take, in milliseconds: API Gateway waits 30 s. */
const mostMs = 25_000

/** Whether an attachment's bytes are still elsewhere. */
export function hasRemote({ content }: Pick<EmailRequest, 'content'>): boolean {
  return content.kind === 'structured' && content.attachments.some(({ source }) => source)
}

/**
 * Fetches the attachments that were uploaded ahead of their email, or are at a URL. What cannot be
 * fetched is a fault of the request: nothing is left out silently.
 *
 * @param allowance what is left of it afterwards is for the other emails of the same request
 * @throws NoRoom when there is no memory for them now
 */
export async function gather(
  postern: Postern,
  request: EmailRequest,
  caller: Caller,
  allowance: Allowance,
): Promise<Asked> {
  const { content } = request
  if (content.kind !== 'structured') return { request }
  const faults: Fault[] = []
  const attachments: Attachment[] = []
  const signal = AbortSignal.timeout(mostMs)
  // One after the other: together they may be larger than memory.
  for (const [index, one] of content.attachments.entries()) {
    const brought = await bring(postern, one, { caller, allowance, signal })
    if ('rule' in brought)
      faults.push({ ...brought, field: `attachments.${index}.${brought.field}` })
    else attachments.push(brought)
  }
  if (faults.length > 0) return { faults }
  const whole: Content = { ...content, attachments }
  return contentBytes(whole) > mostContentBytes
    ? { faults: [tooLarge('attachments')] }
    : { request: { ...request, content: whole } }
}

interface Bringing {
  readonly caller: Caller
  readonly allowance: Allowance
  readonly signal: AbortSignal
}

async function bring(
  postern: Postern,
  { source, ...attachment }: Attachment,
  { caller, allowance, signal }: Bringing,
): Promise<Attachment | Fault> {
  if (!source) return attachment
  const most = Math.floor(allowance.bytes / 4) * 3
  const got =
    source.kind === 'upload'
      ? await fromUpload(postern, source.id, caller)
      : await fromWeb(postern, source.url, most, signal)
  if ('rule' in got) return got
  if (got.bytes.byteLength > most) return tooLarge(source.kind === 'upload' ? 'upload' : 'path')
  takeRoom(postern, caller, allowance, Math.ceil(got.bytes.byteLength / 3) * 4)
  const content = Buffer.from(got.bytes).toString('base64')
  allowance.bytes -= content.length
  const filename = attachment.filename || got.filename || 'attachment'
  return { ...attachment, filename, content, contentType: typeAmong(attachment, filename, got) }
}

function takeRoom({ room }: Postern, { owner }: Caller, allowance: Allowance, bytes: number) {
  allowance.stay ??= room.enter(owner, 0)
  if (!allowance.stay?.more(bytes)) throw new NoRoom('no room for an attachment')
}

interface Brought {
  readonly bytes: Uint8Array
  readonly filename?: string
  readonly contentType?: string
}

async function fromUpload(
  { uploads, clock }: Postern,
  id: string,
  caller: Caller,
): Promise<Brought | Fault> {
  const found = await uploads.get(holderOf(caller), id, clock.now())
  return found
    ? { bytes: found.bytes, ...found.upload }
    : fault('upload', "is not there: not uploaded yet, expired, or another key's")
}

async function fromWeb(
  { web, inForce }: Postern,
  url: string,
  mostBytes: number,
  signal: AbortSignal,
): Promise<Brought | Fault> {
  const { settings } = await inForce.current()
  if (!settings.attachments.fetchUrls)
    return fault('path', 'fetching attachments by URL is off (settings: attachments.fetchUrls)')
  try {
    const got = await web.download(url, mostBytes, signal)
    return got.kind === 'downloaded' ? got : fault('path', `was not fetched: ${got.reason}`)
  } catch (error) {
    if (!signal.aborted) throw error
    return fault('path', `was not fetched: all together took longer than ${mostMs / 1_000} s`)
  }
}

/** As the caller says, else by the name of the file, else as its source says. */
function typeAmong({ contentType }: Attachment, filename: string, { contentType: said }: Brought) {
  const named = contentType || typeOf(filename)
  return named === unknownType && said !== undefined && isContentType(said) ? said : named
}

const unknownType = 'application/octet-stream'

function fault(field: string, rule: string): Fault {
  return { field, rule, kind: 'attachment' }
}
