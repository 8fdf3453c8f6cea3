import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { localBackend } from '../../../backends/local/index.ts'
import { receive } from '../../../mail/report/receive.ts'
import { aCapture } from '../../conformance/captures.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { openApi, said, type Json, type OpenApi } from '../../api/open-api.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { captureAll } from './capture-all.ts'
import { temporaryDirectory } from './temporary.ts'

const bob = 'bob.erase@example.com'

function open(): OpenApi {
  return openApi({
    defaults: {
      from: { address: 'no-reply@acme.test' },
      keepContentDays: 7,
      projects: { shop: {} },
    },
  })
}

/** All files of the data, as bytes and with their base64 and quoted-printable undone. */
function filesOf(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1').toLowerCase())
    .join('\n')
}

/** How base64 spells some bytes in each of its three alignments, without what stands around them. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((shift) => {
    const spelled = Buffer.from('\0'.repeat(shift) + text).toString('base64')
    return spelled.slice(shift === 0 ? 0 : shift + 1, -4)
  })
}

/** Whether any file names the address, in whatever way emails spell it. */
function isOnDisk(directory: string, address: string): boolean {
  const files = filesOf(directory)
  const spellings = [address, address.replace('@', '=40'), address.replace('@', '%40')]
  const coded = inBase64(address).map((one) => one.toLowerCase())
  return [...spellings.map((one) => one.toLowerCase()), ...coded].some((one) => files.includes(one))
}

/** As the command line does it: call after call. */
async function erase(api: OpenApi, wish: object = {}): Promise<Json> {
  const [status, body] = await said(api.post('/v1/erasures', { address: bob, ...wish }))
  expect(status, JSON.stringify(body)).toBe(200)
  if (body['after'] === null) return body
  const rest = await erase(api, { ...wish, after: body['after'] })
  const sum = (name: string) =>
    Object.fromEntries(
      Object.entries(body[name] as Counts).map(([kind, n]) => [
        kind,
        n + (rest[name] as Counts)[kind]!,
      ]),
    )
  const canceled = (body['canceled'] as number) + (rest['canceled'] as number)
  const waiting = (body['waiting'] as number) + (rest['waiting'] as number)
  return { ...rest, found: sum('found'), left: sum('left'), canceled, waiting }
}

type Counts = Record<string, number>

const email = {
  from: 'Ann <ann@acme.test>',
  to: [`Bob <${bob}>`],
  subject: `Hello ${bob}`,
  text: `Dear ${bob}, ${'some words. '.repeat(500)}`,
  html: `<a href="https://acme.test/?to=${encodeURIComponent(bob)}">Bob</a>`,
  tags: [{ name: 'user', value: 'bob' }],
  attachments: [{ filename: 'a.txt', content: Buffer.from(`xx ${bob}`).toString('base64') }],
}

describe('an erased address', () => {
  it('is found in no file, in whatever spelling', async () => {
    const api = open()
    const toCarol = { ...email, to: ['carol@example.com'], subject: 'to Carol' }
    const ids = [await api.send(email), await api.send({ ...email, to: ['BOB.Erase@Example.com'] })]
    const aboutBob = await api.send(toCarol, { 'idempotency-key': `welcome-${bob}` })
    const fromBob = await api.send({ ...email, from: bob, to: ['dan@example.com'], reply_to: bob })
    const other = await api.send({
      to: 'ann@example.com',
      from: 'a@acme.test',
      subject: 'kept',
      text: 'kept',
    })
    await captureAll(api)
    await api.postern.strays.keep(
      {
        id: '0199f7a1-2b3c-7d4e-8f50-61728394a5b6',
        at: 1,
        reason: 'r',
        from: 'x@y.z',
        subject: 's',
        size: 1,
      },
      Buffer.from(`To: ${bob}`),
    )
    expect(isOnDisk(api.directory, bob)).toBe(true)

    const trial = await erase(api, { dry_run: true })
    expect(trial).toMatchObject({
      done: true,
      waiting: 0,
      found: { emails: 3, captures: 4, returned_mail: 1 },
    })
    expect(isOnDisk(api.directory, bob)).toBe(true)
    expect(await erase(api)).toMatchObject({
      done: true,
      after: null,
      found: { emails: 3, captures: 4, returned_mail: 1, idempotency_keys: 1 },
      left: { emails: 0, contents: 0, suppressions: 0 },
    })
    expect(isOnDisk(api.directory, bob)).toBe(false)

    for (const id of [...ids, fromBob])
      expect(await api.read(`/v1/emails/${id}`)).toMatchObject({
        state: 'captured',
        subject: '(erased)',
      })
    expect(await api.read(`/v1/emails/${aboutBob}`)).toMatchObject({ to: ['carol@example.com'] })
    expect(await api.read(`/emails/${other}`)).toMatchObject({ subject: 'kept', text: 'kept' })
    expect((await api.fetch(`/v1/captures/${other}`)).status).toBe(200)
    expect(await erase(api)).toMatchObject({ found: { emails: 0, captures: 0 } })
    // The same request once more is still the same email.
    expect(await api.send(toCarol, { 'idempotency-key': `welcome-${bob}` })).toBe(aboutBob)
  })

  it('leaves the account of who else got the email', async () => {
    const api = open()
    const id = await api.send({ ...email, to: [bob, 'carol@example.com'], bcc: [`"B" <${bob}>`] })
    await captureAll(api)
    await erase(api)
    const { recipients, to, bcc } = (await api.postern.emails.get(id, '*'))!
    expect(recipients).toMatchObject([
      { address: 'erased-1@erased.invalid', state: 'captured' },
      { address: 'carol@example.com', state: 'captured' },
    ])
    expect([to, bcc]).toEqual([
      [{ address: 'erased-1@erased.invalid' }, { address: 'carol@example.com' }],
      [{ address: 'erased-1@erased.invalid' }],
    ])
    expect(await api.read('/v1/emails?q=carol@example.com')).toMatchObject({ data: [{ id }] })
    expect(await api.read(`/v1/emails?q=${bob}`)).toMatchObject({ data: [] })
    await erase(api, { address: 'carol@example.com' })
    expect((await api.postern.emails.get(id, '*'))!.recipients).toMatchObject([
      { address: 'erased-1@erased.invalid' },
      { address: 'erased-2@erased.invalid' },
    ])
  })

  it('waits for emails that have yet to leave, or has them canceled', async () => {
    const api = open()
    const id = await api.send({ ...email, scheduled_at: 'in 2 days' })
    const [status, refused] = await said(api.post('/v1/erasures', { address: bob }))
    expect([status, JSON.stringify(refused)]).toEqual([
      409,
      expect.stringContaining('wait to be sent'),
    ])
    expect(await erase(api, { dry_run: true })).toMatchObject({
      waiting: 1,
      left: { emails: 1, contents: 1 },
    })
    expect(await api.read(`/v1/emails/${id}`)).toMatchObject({
      state: 'scheduled',
      to: [`Bob <${bob}>`],
    })

    expect(await erase(api, { cancel: true })).toMatchObject({
      canceled: 1,
      waiting: 0,
      found: { emails: 1 },
    })
    expect(await api.read(`/v1/emails/${id}`)).toMatchObject({ state: 'canceled' })
    expect(isOnDisk(api.directory, bob)).toBe(false)
    await api.clock.advance(3 * 86_400_000)
    await captureAll(api)
    expect(await api.read('/v1/captures')).toMatchObject({ data: [] })
  })

  it('is no longer told to webhooks, nor in events', async () => {
    const api = open()
    const endpoint = 'http://localhost:9/hook'
    await api.post('/webhooks', {
      endpoint,
      events: ['email.delivered', 'email.bounced', 'email.scheduled'],
    })
    const id = await api.send(email)
    await captureAll(api)
    const signal = {
      source: 'capture',
      kind: 'bounced',
      bounce: 'hard',
      at: 1,
      emailId: id,
      address: bob,
    }
    await receive(api.postern, { ...signal, key: 'k', text: `no <${bob}> here` } as never)
    expect(JSON.stringify(await api.read('/v1/events'))).toContain(bob)
    await erase(api, { suppressions: true })
    const events = JSON.stringify(await api.read('/v1/events'))
    expect(events).toContain('email.bounced')
    expect(events).not.toContain(bob)
    expect(isOnDisk(api.directory, bob)).toBe(false)
  })

  it('is still suppressed unless that is erased too', async () => {
    const api = open()
    await api.post('/v1/suppressions', { address: bob, reason: 'complaint' })
    expect(await erase(api)).toMatchObject({ left: { suppressions: 1 } })
    expect(await api.read('/v1/suppressions')).toMatchObject({ data: [{ address: bob }] })
    expect(await erase(api, { suppressions: true })).toMatchObject({ found: { suppressions: 1 } })
    expect(await api.read('/v1/suppressions')).toMatchObject({ data: [] })
    expect(isOnDisk(api.directory, bob)).toBe(false)
  })

  it('is erased in one project where a project asks', async () => {
    const api = open()
    const shop = { 'x-postern-project': 'shop' }
    const there = await api.send(email, shop)
    const here = await api.send(email)
    await captureAll(api)
    await api.post('/v1/erasures', { address: bob }, shop)
    expect(await api.read(`/v1/emails/${here}`)).toMatchObject({ to: [`Bob <${bob}>`] })
    const answer = await api.fetch(`/v1/emails/${there}`, { headers: shop })
    expect(await answer.json()).toMatchObject({ to: ['erased-1@erased.invalid'] })
  })

  it('cannot be mailed by trying the email again', async () => {
    const api = open()
    const id = await api.send(email)
    const seen = (await api.postern.emails.get(id, '*'))!
    const claimed = await api.postern.emails.claim(id, api.clock.now(), 60)
    if (claimed.kind !== 'claimed') throw new Error(claimed.kind)
    const recipients = seen.recipients.map((one) => ({ ...one, state: 'failed' as const }))
    await api.postern.emails.settle(id, claimed.claim, {
      state: 'failed',
      recipients,
      settledAt: 1,
    })
    await erase(api)
    expect((await api.post(`/v1/emails/${id}/retry`)).status).toBe(409)
    expect(await api.read(`/v1/emails/${id}`)).toMatchObject({ state: 'failed' })
  })

  it('goes on where a step was broken off, and is in the audit by counts alone', async () => {
    const api = open()
    for (let n = 0; n < 240; n++)
      await api.send({
        ...email,
        html: '',
        attachments: [],
        to: [n % 3 === 0 ? bob : `n${n}@example.com`],
        text: 't',
        subject: 's',
      })
    await captureAll(api)
    const step = { address: bob, scope: '*', isTrial: false, withSuppressions: false } as const
    const first = await api.postern.erasure.step(step)
    expect(first.found.length).toBeGreaterThan(20)
    expect(first.after).toBeDefined()
    expect(await erase(api)).toMatchObject({
      done: true,
      found: { emails: 80 - first.found.length },
    })
    expect(isOnDisk(api.directory, bob)).toBe(false)
    const [status] = await said(api.post('/v1/erasures', { address: bob, after: 'nonsense' }))
    expect(status).toBe(422)
    const audit = await api.read('/v1/audit')
    expect(audit).toMatchObject({
      data: [{ outcome: 'refused' }, { action: 'address.erased', outcome: 'done' }],
    })
    expect(JSON.stringify(audit)).not.toContain(bob)
  })

  it('is gone wherever a crash came between', async () => {
    const options = { address: bob, scope: '*', isTrial: false, withSuppressions: true } as const
    for (let cut = 0; cut <= 14; cut++) {
      const { path, remove } = temporaryDirectory()
      const clock = virtualClock()
      const first = localBackend(path, { clock })
      for (const state of ['sent', 'failed'] as const) {
        const recipients = [{ address: bob, state }]
        await first.emails.create(
          anEmail({ state, recipients, to: [{ address: bob }], settledAt: 1 }),
        )
      }
      await first.captures.add(aCapture({ to: [bob] }), Buffer.from(`To: ${bob}`), bob)
      await first.blobs.put('content/x', Buffer.from(bob))
      let after: string | undefined
      for (let steps = 0; steps < cut && (steps === 0 || after); steps++)
        after = (await first.erasure.step({ ...options, after })).after
      first.close()

      const second = localBackend(path, { clock })
      after = undefined
      do after = (await second.erasure.step({ ...options, after })).after
      while (after)
      expect((await second.emails.list({ scope: '*', limit: 9 })).data).toHaveLength(2)
      second.close()
      expect(isOnDisk(path, bob), `cut ${cut}`).toBe(false)
      remove()
    }
  })
})
