import { expect, it } from 'vitest'
import { streamOf } from '../../../mail/accept/stream-of.ts'
import type { Caller } from '../../../mail/keys/caller.ts'
import { readEmailRequest, type EmailRequest } from '../../../mail/request/email-request.ts'
import { readRawRequest } from '../../../mail/request/raw-request.ts'
import { settingsIn } from '../../../mail/settings/in-project.ts'
import { resolveSettings } from '../../../mail/settings/settings.ts'

const caller: Caller = { owner: 'local', project: 'default', scope: '*', capture: false }

function requestOf(more: object = {}): EmailRequest {
  const read = readEmailRequest({ to: 'a@b.test', subject: 's', text: 'x', ...more }, 0)
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return read.request
}

function rawOf(header: string): EmailRequest {
  const mime = Buffer.from(`From: a@b.test\r\n${header}\r\n\r\nhi`)
  const read = readRawRequest(mime, { from: '', to: ['a@b.test'] })
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return read.request
}

function settingsOf(saved: Record<string, unknown>, project = 'default') {
  const resolved = resolveSettings({ defaults: {}, saved, locks: {} })
  if ('faults' in resolved) throw new Error(JSON.stringify(resolved.faults))
  return settingsIn(resolved.settings, project)
}

const list = { headers: { 'list-Unsubscribe': '<https://a.test/u>' } }
const usual = settingsOf({})
const bulk = settingsOf({ streams: { usual: 'bulk' } })

it.each([
  ['by its kind', requestOf(), caller, usual, 1, 'transactional'],
  ['by the email, before all else', requestOf({ stream: 'bulk' }), caller, usual, 1, 'bulk'],
  [
    'by the email, though its key and its size speak for another',
    requestOf({ stream: 'transactional', ...list }),
    { ...caller, stream: 'bulk' } as const,
    bulk,
    500,
    'transactional',
  ],
  [
    'by a header of the email',
    requestOf({ headers: { 'x-postern-STREAM': ' Bulk' } }),
    caller,
    usual,
    1,
    'bulk',
  ],
  ['by the key', requestOf(), { ...caller, stream: 'bulk' } as const, usual, 1, 'bulk'],
  [
    'by the key, before the project',
    requestOf(list),
    { ...caller, stream: 'transactional' } as const,
    bulk,
    51,
    'transactional',
  ],
  ['by the setting for all', requestOf(), caller, bulk, 1, 'bulk'],
  [
    'by the project, before the setting for all',
    requestOf(list),
    caller,
    settingsOf(
      { streams: { usual: 'bulk' }, projects: { shop: { stream: 'transactional' } } },
      'shop',
    ),
    1,
    'transactional',
  ],
  [
    'by the setting for all in a project without one',
    requestOf(),
    caller,
    settingsOf({ streams: { usual: 'bulk' }, projects: { shop: {} } }, 'shop'),
    1,
    'bulk',
  ],
  ['by the size of its batch: fifty', requestOf(), caller, usual, 50, 'transactional'],
  ['by the size of its batch: one more', requestOf(), caller, usual, 51, 'bulk'],
  ['by List-Unsubscribe', requestOf(list), caller, usual, 1, 'bulk'],
  ['by List-Unsubscribe of a raw email', rawOf('LIST-UNSUBSCRIBE: <u>'), caller, usual, 1, 'bulk'],
  ['by the header of a raw email', rawOf('X-POSTERN-Stream: BULK'), caller, usual, 1, 'bulk'],
  ['of a raw email by its kind', rawOf('Subject: x'), caller, usual, 1, 'transactional'],
] as const)('a stream is chosen %s', (_, request, who, settings, together, stream) => {
  expect(streamOf(request, who, settings, together)).toBe(stream)
})

it('a header that names the stream is no header of the email', () => {
  expect(requestOf({ headers: { 'X-Postern-Stream': 'bulk', 'X-Own': '1' } })).toMatchObject({
    content: { headers: { 'X-Own': '1' } },
    stream: 'bulk',
  })
})

it.each([
  [{ stream: 'newsletter' }, 'stream'],
  [{ stream: 3 }, 'stream'],
  [{ headers: { 'X-Postern-Stream': 'fast' } }, 'headers.X-Postern-Stream'],
])('a stream that does not exist is refused: %o', (more, field) => {
  const read = readEmailRequest({ to: 'a@b.test', subject: 's', text: 'x', ...more }, 0)
  expect(read).toMatchObject({
    faults: [{ field, rule: 'must be transactional or bulk', kind: 'invalid' }],
  })
})

it('an empty stream is none', () => {
  expect(requestOf({ stream: '' }).stream).toBeUndefined()
  expect(requestOf({ stream: null }).stream).toBeUndefined()
})

it('a raw email that names a stream that does not exist is refused', () => {
  const mime = Buffer.from('From: a@b.test\r\nX-Postern-Stream: slow\r\n\r\nhi')
  expect(readRawRequest(mime, { from: '', to: ['a@b.test'] })).toMatchObject({
    faults: [{ field: 'X-Postern-Stream', rule: 'must be transactional or bulk' }],
  })
})
