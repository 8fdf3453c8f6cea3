import PostalMime from 'postal-mime'
import { afterEach, describe, expect, it } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import { jobOf } from '../../../mail/email/job.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import { release } from '../../../mail/manage/release.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'
import { bodyOf, headerOf } from '../compose/composing.ts'

const caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const to = { address: 'tester@own.test' }

let test: TestPostern
let smtp: ReturnType<typeof scriptedEngine>
afterEach(() => test.close())

describe('releasing a captured email', () => {
  it('sends it to the one recipient that was chosen, through the engine that was chosen', async () => {
    await open({ engine: 'noop' })
    const original = await captured({
      to: [{ address: 'bob@there.test' }],
      cc: [{ address: 'cc@there.test' }],
      bcc: [{ address: 'secret@there.test' }],
      replyTo: [{ address: 'replies@caller.test' }],
    })
    const released = await release(test.postern, original, { to, engine: 'smtp' }, caller)
    if (released.kind !== 'accepted') throw new Error(released.kind)
    expect(released.id).not.toBe(original)
    await run(released.id)
    expect(smtp.parcels.map(({ envelope }) => envelope.to)).toEqual([['tester@own.test']])
    expect(await test.postern.emails.get(released.id, '*')).toMatchObject({
      state: 'sent',
      engine: 'smtp',
      capture: false,
    })
    expect(await test.postern.emails.get(original, '*')).toMatchObject({ state: 'captured' })
  })

  it('sends what was captured, but for its ids', async () => {
    await open({ engine: 'noop' })
    const attachments = [{ filename: 'ä.bin', contentType: 'a/b', content: 'AAEC' }]
    const html = '<p>Grüße</p>'
    const original = await captured({
      replyTo: [{ address: 'replies@caller.test' }],
      content: { kind: 'structured', html, headers: { 'X-Ref': '1' }, attachments },
    })
    const eml = (await test.postern.captures.get(original, '*'))!.eml
    const released = await release(test.postern, original, { to, engine: 'smtp' }, caller)
    if (released.kind !== 'accepted') throw new Error(released.kind)
    await run(released.id)
    const bytes = await smtp.parcels[0]!.composed()
    const fields = (bytes: Uint8Array) =>
      headerOf(bytes)
        .filter(({ name }) => name !== 'message-id' && name !== 'x-postern-id')
        .map(({ name, value }) => `${name}: ${value}`)
        .sort()
    expect(fields(bytes)).toEqual(fields(eml))
    expect(bodyOf(bytes)).toBe(bodyOf(eml))
    expect((await PostalMime.parse(bytes)).messageId).toBe(`<${released.id}@caller.test>`)
    expect(Buffer.from(bytes).toString()).not.toContain(`${original}@`)
  })

  it('leaves the Reply-To of the caller alone, whatever the From policy adds to emails without', async () => {
    const from = { address: 'no-reply@own.test' }
    await open({ engine: 'noop', from, fromPolicy: 'default', replyTo: 'all@own.test' })
    const original = await captured({ replyTo: [{ address: 'replies@caller.test' }] })
    const released = await release(test.postern, original, { to, engine: 'smtp' }, caller)
    if (released.kind !== 'accepted') throw new Error(released.kind)
    await run(released.id)
    const email = await PostalMime.parse(await smtp.parcels[0]!.composed())
    expect(email.replyTo).toEqual([{ address: 'replies@caller.test', name: '' }])
  })

  it('needs no engine named when the settings name one that sends', async () => {
    await open({ engine: 'noop' })
    const original = await captured()
    expect(await release(test.postern, original, { to }, caller)).toEqual({
      kind: 'refused',
      reason: 'the engine is "noop": name an engine that sends',
    })
    await test.configure({ engine: 'smtp' })
    const released = await release(test.postern, original, { to }, caller)
    if (released.kind !== 'accepted') throw new Error(released.kind)
    await run(released.id)
    expect(smtp.parcels).toHaveLength(1)
  })

  it.each(['noop', 'disabled'] as const)(
    'is refused through "%s", which does not send',
    async (engine) => {
      await open({ engine: 'noop' })
      const original = await captured()
      expect(await release(test.postern, original, { to, engine }, caller)).toMatchObject({
        kind: 'refused',
      })
    },
  )

  it('is refused to a key whose emails are always captured', async () => {
    await open({ engine: 'noop' })
    const original = await captured()
    await test.configure({ engine: 'smtp' })
    const bound = { ...caller, capture: true }
    for (const wish of [{ to }, { to, engine: 'smtp' } as const])
      expect(await release(test.postern, original, wish, bound)).toEqual({
        kind: 'refused',
        reason: expect.stringContaining('with another key') as string,
      })
    expect(smtp.parcels).toEqual([])
  })

  it('is refused where the engine is locked to noop', async () => {
    await open({}, { engine: 'noop' })
    const original = await captured()
    expect(await release(test.postern, original, { to, engine: 'smtp' }, caller)).toEqual({
      kind: 'refused',
      reason: 'the engine is locked to "noop" here: nothing can be sent',
    })
  })

  it('goes through no other engine than the one that is locked', async () => {
    await open({}, { engine: 'smtp' })
    const original = await captured({}, true)
    expect(await release(test.postern, original, { to, engine: 'ses' }, caller)).toEqual({
      kind: 'refused',
      reason: 'the engine is locked to "smtp" here',
    })
    expect(await release(test.postern, original, { to, engine: 'smtp' }, caller)).toMatchObject({
      kind: 'accepted',
    })
  })

  it('is refused while mail is switched off', async () => {
    await open({ engine: 'noop' })
    const original = await captured()
    await test.configure({ engine: 'disabled' })
    expect(await release(test.postern, original, { to, engine: 'smtp' }, caller)).toMatchObject({
      kind: 'unavailable',
    })
  })

  it('is refused for what was never captured', async () => {
    await open({ engine: 'smtp' })
    expect(await release(test.postern, 'nobody', { to }, caller)).toEqual({ kind: 'unknown' })
  })

  it('works after the record of the original is gone', async () => {
    await open({ engine: 'noop' })
    const original = await captured({ replyTo: [{ address: 'replies@caller.test' }] })
    const emails = { ...test.postern.emails, get: async () => undefined }
    const released = await release(
      { ...test.postern, emails },
      original,
      { to, engine: 'smtp' },
      caller,
    )
    if (released.kind !== 'accepted') throw new Error(released.kind)
    await run(released.id)
    const email = await PostalMime.parse(await smtp.parcels[0]!.composed())
    expect(email.from?.address).toBe('ann@caller.test')
    expect(email.replyTo).toEqual([{ address: 'replies@caller.test', name: '' }])
  })

  it('is still bound by the safety rules', async () => {
    await open({ engine: 'noop' })
    const original = await captured()
    await test.configure({ engine: 'smtp', safety: { allow: ['@there.test'] } })
    const released = await release(test.postern, original, { to }, caller)
    if (released.kind !== 'accepted') throw new Error(released.kind)
    await run(released.id)
    expect(smtp.parcels).toEqual([])
  })
})

async function open(settings: SavedSettings, locks: SavedSettings = {}) {
  smtp = scriptedEngine('smtp', () => ({ kind: 'sent' }))
  test = await openPostern({ engines: { smtp: smtp.engine }, settings, locks })
}

/** The id of a capture, which is that of its email. */
async function captured(change: Partial<EmailRequest> = {}, capture = false): Promise<string> {
  const answer = await accept(test.postern, asking(emailRequest(change)), { ...caller, capture })
  if (answer.kind !== 'accepted') throw new Error(answer.kind)
  await run(answer.id)
  expect(smtp.parcels).toEqual([])
  return answer.id
}

async function run(id: string) {
  await deliver(test.postern, jobOf((await test.postern.emails.get(id, '*'))!))
}
