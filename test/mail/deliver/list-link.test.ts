import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import type { Caller } from '../../../mail/keys/caller.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { jobOf } from '../../../mail/email/job.ts'
import type { StructuredContent } from '../../../mail/email/email.ts'
import { readLinkToken } from '../../../mail/suppress/link.ts'
import { readEmailRequest } from '../../../mail/request/email-request.ts'
import { openPostern, scriptedEngine, type TestPostern } from '../../open-postern.ts'

const caller: Caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const unsubscribe = { baseUrl: 'https://mail.own.test/', lists: {} }

describe('an email that names a list', () => {
  let test: TestPostern
  let smtp: ReturnType<typeof scriptedEngine>

  beforeEach(async () => {
    smtp = scriptedEngine('smtp', () => ({ kind: 'sent' }))
    const settings = { engine: 'smtp', unsubscribe }
    test = await openPostern({ engines: { smtp: smtp.engine }, settings })
  })
  afterEach(() => test.close())

  const wish = (change: object = {}) => ({
    from: 'Ann <ann@own.test>',
    to: 'bob@there.test',
    subject: 'News',
    html: '<a href="{{{POSTERN_UNSUBSCRIBE_URL}}}">no more</a>',
    text: 'Stop: {{{RESEND_UNSUBSCRIBE_URL}}}',
    unsubscribe: { list: 'news' },
    ...change,
  })

  const asked = (change: object = {}) =>
    accept(test.postern, (now) => readEmailRequest(wish(change), now), caller)

  async function sent(change: object = {}) {
    const accepted = await asked(change)
    if (accepted.kind !== 'accepted') throw new Error(JSON.stringify(accepted))
    const email = (await test.postern.emails.get(accepted.id, '*'))!
    await deliver(test.postern, jobOf(email))
    return (await test.postern.emails.get(accepted.id, '*'))!
  }

  it('leaves with a link of its one recipient, in headers and wherever it is wanted', async () => {
    const { id } = await sent()
    const { headers, content } = smtp.parcels[0]!
    const url = headers['List-Unsubscribe']!.slice(1, -1)
    expect(headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
    expect(url).toMatch(/^https:\/\/mail\.own\.test\/u\/[\w.-]+$/)
    const token = url.slice(url.lastIndexOf('/') + 1)
    expect(readLinkToken(token, await test.postern.linkKeys.all())).toEqual({
      project: 'default',
      address: 'bob@there.test',
      list: 'news',
      domain: 'own.test',
      emailId: id,
    })
    const { html, text } = content as StructuredContent
    expect([html, text]).toEqual([`<a href="${url}">no more</a>`, `Stop: ${url}`])
    const bytes = Buffer.from(await smtp.parcels[0]!.composed()).toString()
    expect(bytes.replaceAll('\r\n ', ' ')).toContain(`List-Unsubscribe: <${url}>`)
  })

  it('goes no longer to who unsubscribed from the list, and still with another', async () => {
    await test.postern.suppressions.add(
      { project: 'default', address: 'bob@there.test', list: 'news' },
      { reason: 'unsubscribe', at: 1, by: 'recipient' },
    )
    expect(await sent()).toMatchObject({
      state: 'suppressed',
      lastReason: 'suppressed: unsubscribe (news)',
    })
    expect((await sent({ unsubscribe: { list: 'offers' } })).state).toBe('sent')
    expect((await sent({ unsubscribe: undefined })).state).toBe('sent')
  })

  it('is named by a topic as well, and is bulk', async () => {
    const topic = '0199f7a1-2b3c-7d4e-8f50-61728394a5b6'
    const email = await sent({ unsubscribe: undefined, topic_id: topic })
    expect(email).toMatchObject({ list: topic, stream: 'bulk' })
  })

  it('keeps the header that the caller wrote', async () => {
    await sent({ headers: { 'List-Unsubscribe': '<mailto:no@own.test>' } })
    const { headers } = smtp.parcels[0]!
    expect(headers).toEqual({ 'List-Unsubscribe': '<mailto:no@own.test>' })
  })

  it('gets no header when it names none: a password reset has nothing to unsubscribe from', async () => {
    await sent({ unsubscribe: undefined })
    expect(smtp.parcels[0]!.headers).toEqual({})
  })

  it.each([
    [{ to: ['a@there.test', 'b@there.test'] }, 'to'],
    [{ cc: 'c@there.test' }, 'to'],
    [{ unsubscribe: { list: 'a b' } }, 'unsubscribe.list'],
  ])('is refused with %o, naming %s', async (change, field) => {
    expect(await asked(change)).toMatchObject({ kind: 'invalid', faults: [{ field }] })
  })

  it('is refused where no link can lead here, but may be captured', async () => {
    await test.configure({ engine: 'smtp' })
    const no = { kind: 'invalid', faults: [{ field: 'unsubscribe.list' }] }
    expect(await asked()).toMatchObject(no)
    await test.configure({ engine: 'noop' })
    expect((await sent()).state).toBe('captured')
  })

  it('waits when no link can be made any longer', async () => {
    const accepted = (await asked()) as { id: string }
    await test.configure({ engine: 'smtp' })
    const email = (await test.postern.emails.get(accepted.id, '*'))!
    expect(await deliver(test.postern, jobOf(email))).toMatchObject({ kind: 'defer' })
    expect(smtp.parcels).toEqual([])
    expect(await test.postern.emails.get(accepted.id, '*')).toMatchObject({
      state: 'queued',
      lastReason: 'the setting unsubscribe.baseUrl is missing',
    })
  })
})
