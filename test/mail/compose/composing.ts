import { type EmailRequest, readEmailRequest } from '../../../mail/request/email-request.ts'
import type { Fault } from '../../../mail/request/fault.ts'
import type { Email } from '../../../mail/email/email.ts'
import { pack } from '../../../mail/deliver/pack.ts'
import type { Parcel } from '../../../mail/email/parcel.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import { resolveSettings, type Settings } from '../../../mail/settings/settings.ts'

/** The time at which everything here is accepted. */
export const now = Date.UTC(2026, 0, 1)

export const id = '019b7600-0000-7000-8000-000000000001'

/** A small body of `POST /emails`. */
export const plainBody = {
  from: 'Ann <ann@caller.test>',
  to: 'bob@there.test',
  subject: 'Hello',
  text: 'hello',
}

export function settingsOf(saved: SavedSettings = {}): Settings {
  const resolved = resolveSettings({ defaults: {}, saved, locks: {} })
  if ('faults' in resolved) throw new Error(JSON.stringify(resolved.faults))
  return resolved.settings
}

export function requestOf(body: unknown): EmailRequest {
  const read = readEmailRequest(body, now)
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return read.request
}

export function faultsOf(body: unknown): Fault[] {
  const read = readEmailRequest(body, now)
  return 'faults' in read ? read.faults : []
}

/** The record of a request that was just accepted. */
export function emailOf(request: EmailRequest): Email {
  const { content: _content, scheduledAt, onAmbiguous = 'retry', ...parts } = request
  const addresses = [...request.to, ...request.cc, ...request.bcc].map(({ address }) => address)
  return {
    ...parts,
    id,
    owner: 'local',
    project: 'default',
    stream: 'transactional',
    createdAt: now,
    messageId: request.messageId ?? `<${id}@caller.test>`,
    size: 0,
    capture: false,
    onAmbiguous,
    state: 'queued',
    revision: 1,
    recipients: [...new Set(addresses)].map((address) => ({ address, state: 'queued' })),
    dueAt: scheduledAt ?? now,
    scheduled: scheduledAt !== undefined,
    since: now,
    attempts: 0,
    timeline: [],
  }
}

/** The parcel for all recipients of a request that was just accepted. */
export function parcelOf(request: EmailRequest, settings = settingsOf()): Parcel {
  const email = emailOf(request)
  const recipients = email.recipients.map(({ address }) => address)
  return pack(email, request.content, settings, { recipients })
}

export function bytesOf(body: unknown, settings?: Settings): Promise<Uint8Array> {
  return parcelOf(requestOf(body), settings).composed()
}

/** The bytes of a raw email after composing. */
export async function rawBytesOf(
  mime: string | Uint8Array,
  change: Partial<EmailRequest> = {},
  settings?: Settings,
): Promise<string> {
  const content = {
    kind: 'raw',
    mime: Buffer.from(mime as string, 'latin1').toString('base64'),
  } as const
  const request = { ...requestOf(plainBody), content, ...change }
  return latin1(await parcelOf(request, settings).composed())
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

/** What no SMTP server may see in an email: bare CR or LF, NUL, lines of more than 998 bytes. */
export function wireFaults(bytes: Uint8Array): string[] {
  const text = latin1(bytes)
  return [
    ...(/\r(?!\n)/.test(text) ? ['bare CR'] : []),
    ...(/(?<!\r)\n/.test(text) ? ['bare LF'] : []),
    ...(text.includes('\0') ? ['NUL'] : []),
    ...(text.split('\r\n').some((line) => line.length > 998) ? ['long line'] : []),
    ...(text.endsWith('\r\n') ? [] : ['no line end at the end']),
  ]
}

/** The fields of the first header block, unfolded, by name in lower case. */
export function headerOf(bytes: Uint8Array | string): { name: string; value: string }[] {
  const text = typeof bytes === 'string' ? bytes : latin1(bytes)
  return text
    .slice(0, text.indexOf('\r\n\r\n'))
    .split(/\r\n(?![ \t])/)
    .map((line) => {
      const colon = line.indexOf(':')
      const value = line.slice(colon + 1).replaceAll('\r\n', '')
      return { name: line.slice(0, colon).toLowerCase(), value: value.trim() }
    })
}

export function bodyOf(bytes: Uint8Array | string): string {
  const text = typeof bytes === 'string' ? bytes : latin1(bytes)
  return text.slice(text.indexOf('\r\n\r\n') + 4)
}
