import { beforeEach, describe, expect, it, vi } from 'vitest'
import { webhookStanding } from '../../../mail/email/webhook.ts'
import { hourMs } from '../../../mail/email/time.ts'
import { changed } from '../../../mail/notify/change.ts'
import { notify } from '../../../mail/notify/notify.ts'
import type { Webhook } from '../../../mail/ports/webhooks.ts'
import { openTold, type Told } from './told.ts'

let told: Told
beforeEach(async () => {
  told = await openTold()
})

const minute = 60_000

describe('a trace', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

  it('goes on at the endpoint, at every attempt, where the email is in one', async () => {
    const endpoint = await told.endpoint()
    await told.event({}, { traceparent })
    told.answers.unshift([500])
    await told.tell(endpoint)
    await told.clock.advance(minute)
    await told.tell(endpoint)
    await told.event()
    await told.tell(endpoint)
    expect(told.received.map(({ headers }) => headers['traceparent'])).toEqual([
      traceparent,
      traceparent,
      undefined,
    ])
  })
})

describe('an event', () => {
  it('is told to the endpoints of its project that asked for its type', async () => {
    const wanted = await told.endpoint()
    const others = [
      await told.endpoint({ project: 'shop' }),
      await told.endpoint({ events: ['email.bounced'] }),
    ]
    const event = await told.event()
    expect(told.due(wanted).map(({ id }) => id)).toEqual([event.id])
    for (const other of others) expect(told.due(other)).toEqual([])
  })

  it('is told where the tags and the sender domain are those asked for, and nowhere else', async () => {
    const tags = [
      { name: 'kind', value: 'code' },
      { name: 'app', value: 'shop' },
    ]
    const hear: Partial<Webhook>[] = [
      { tags: { kind: 'code' } },
      { tags: { kind: 'code', app: 'shop' } },
      { domains: ['own.test', 'other.test'] },
    ]
    const miss: Partial<Webhook>[] = [
      { tags: { kind: 'news' } },
      { tags: { kind: 'code', app: 'other' } },
      { domains: ['other.test'] },
      { tags: { kind: 'code' }, domains: ['sub.own.test'] },
    ]
    const hearing = await Promise.all(hear.map((filter) => told.endpoint(filter)))
    const missing = await Promise.all(miss.map((filter) => told.endpoint(filter)))
    await told.event({}, { tags })
    expect(hearing.map((one) => told.due(one).length)).toEqual(hear.map(() => 1))
    expect(missing.map((one) => told.due(one).length)).toEqual(miss.map(() => 0))
  })

  it('is of the domain that the settings chose, where the email names none or another', async () => {
    const own = await told.endpoint({ domains: ['own.test'] })
    const other = await told.endpoint({ domains: ['there.test'] })
    const timeline = [{ at: 1, what: 'accepted', from: 'no-reply@own.test' }] as const
    await told.event({}, { from: { name: 'Ann' }, timeline })
    await told.event({}, { from: { address: 'ann@there.test' }, timeline })
    expect([told.due(own).length, told.due(other).length]).toEqual([2, 0])
    const [first] = told.due(own).map(({ body }) => JSON.parse(body) as { data: object })
    expect(first!.data).toMatchObject({ from: 'Ann <no-reply@own.test>' })
  })

  it('costs nothing more while no endpoint is set', async () => {
    const get = vi.spyOn(told.backend.emails, 'get')
    const put = vi.spyOn(told.backend.notices, 'put')
    await told.event()
    expect([get, put].map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  })

  it('that comes again puts what a crash left out, and nothing twice', async () => {
    const webhook = await told.endpoint()
    const event = await told.event()
    await told.backend.notices.removeAll(webhook.id)
    expect(await told.backend.events.record(event)).toBe(false)
    await told.tell(webhook)
    expect(await told.backend.events.record(event)).toBe(false)
    expect([told.received.length, told.due(webhook).length]).toEqual([1, 0])
  })
})

describe('a notice', () => {
  it('is told in Resend’s shape, with the time of the event itself and the recipient', async () => {
    const webhook = await told.endpoint()
    const event = await told.event(
      { type: 'email.bounced', bounce: 'hard', word: 'Permanent/NoEmail', text: '550 5.1.1 no' },
      { tags: [{ name: 'kind', value: 'code' }] },
    )
    expect(await told.tell(webhook)).toEqual({ kind: 'done' })
    const [{ body }] = told.received as [Told['received'][0]]
    expect(JSON.parse(body)).toEqual({
      type: 'email.bounced',
      created_at: new Date(event.at).toISOString(),
      data: {
        email_id: event.emailId,
        created_at: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
        from: 'Ann <ann@own.test>',
        to: expect.arrayContaining([expect.any(String)]) as unknown,
        subject: expect.any(String) as unknown,
        message_id: expect.any(String) as unknown,
        tags: { kind: 'code' },
        bounce: {
          type: 'Permanent',
          subType: 'NoEmail',
          message: '550 5.1.1 no',
          diagnosticCode: ['550 5.1.1 no'],
        },
        recipient: 'bob@there.test',
        source: 'ses',
        project: 'default',
      },
    })
    expect(await told.notice(webhook, event)).toMatchObject({
      state: 'delivered',
      attempts: 1,
      tries: [{ status: 200 }],
    })
  })

  it('is tried eight times as Svix does, the same id and body each time, then has failed', async () => {
    const webhook = await told.endpoint()
    told.answers[0] = [500, {}, 'broken']
    const event = await told.event()
    const waits: number[] = []
    for (;;) {
      const notified = await told.tell(webhook)
      if (notified?.kind !== 'again') break
      waits.push(notified.at - told.clock.now())
      await told.clock.advance(notified.at - told.clock.now())
      await passPause(webhook.id)
    }
    expect(waits).toEqual([
      5_000,
      5 * minute,
      30 * minute,
      2 * hourMs,
      5 * hourMs,
      10 * hourMs,
      10 * hourMs,
    ])
    expect(new Set(told.received.map(({ body }) => body)).size).toBe(1)
    expect(new Set(told.received.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([`msg_${event.id}`]),
    )
    const { state, attempts, tries } = await told.notice(webhook, event)
    expect([state, attempts, told.received.length]).toEqual(['failed', 8, 8])
    expect(tries.map(({ status, text }) => [status, text])).toEqual(
      tries.map(() => [500, 'broken']),
    )
  })

  async function passPause(id: string) {
    const { pausedUntil = 0 } = await told.backend.standing.read(webhookStanding(id))
    await told.clock.advance(Math.max(0, pausedUntil - told.clock.now()))
  }

  it.each([
    ['120', 120_000, 120_000],
    [new Date(Date.UTC(2026, 0, 1) + 600_000).toUTCString(), 600_000, 600_000],
    ['soon', 5_000, undefined],
    ['-5', 5_000, undefined],
  ])('waits as long as the endpoint asks: %s', async (asked, ms, pause) => {
    const webhook = await told.endpoint()
    told.answers[0] = [429, { 'retry-after': asked }]
    await told.event()
    expect(await told.tell(webhook)).toEqual({ kind: 'again', at: told.clock.now() + ms })
    const { pausedUntil } = await told.backend.standing.read(webhookStanding(webhook.id))
    expect(pausedUntil).toBe(pause && told.clock.now() + pause)
  })

  it.each([301, 302, 307, 308, 304, 400, 404, 503])(
    'is not taken by an answer of %i, and no redirect is followed',
    async (status) => {
      const webhook = await told.endpoint()
      told.answers[0] = [status, { location: 'https://elsewhere.test/other' }]
      const event = await told.event()
      expect(await told.tell(webhook)).toMatchObject({ kind: 'again' })
      expect(told.received).toHaveLength(1)
      expect(await told.notice(webhook, event)).toMatchObject({
        state: 'waiting',
        tries: [{ status }],
      })
    },
  )

  it('keeps the first kilobyte of an answer, of which 64 kB are read', async () => {
    const webhook = await told.endpoint()
    let written = 0
    told.site.answer = (request, answer) => {
      request.resume()
      const more = () => {
        while (!answer.destroyed && answer.write('x'.repeat(65_536))) written += 65_536
      }
      answer.on('drain', more)
      more()
    }
    const event = await told.event()
    expect(await told.tell(webhook)).toEqual({ kind: 'done' })
    const { tries } = await told.notice(webhook, event)
    expect(tries[0]!.text).toBe('x'.repeat(1_024))
    expect(written).toBeLessThan(10_000_000)
  })

  it('whose answer is cut off has not been taken', async () => {
    const webhook = await told.endpoint()
    told.site.answer = (_request, answer) => {
      answer.writeHead(200, { 'content-length': 100 })
      answer.write('half', () => answer.destroy())
    }
    await told.event()
    expect(await told.tell(webhook)).toMatchObject({ kind: 'again' })
  })

  it('does not reach an endpoint whose certificate is another’s', async () => {
    const webhook = await told.endpoint({ url: 'https://other.test/' })
    const event = await told.event()
    await told.tell(webhook)
    const { tries } = await told.notice(webhook, event)
    expect(tries).toMatchObject([{ text: 'its certificate is not valid' }])
  })
})

describe('an endpoint', () => {
  it('that fails is left alone for a growing while, and no attempt is counted meanwhile', async () => {
    const webhook = await told.endpoint()
    told.answers[0] = [500]
    const events = [await told.event(), await told.event(), await told.event()]
    await told.tell(webhook)
    const paused: number[] = []
    for (let failures = 0; failures < 4; failures++) {
      await told.tell(webhook)
      const now = told.clock.now()
      const notified = await told.tell(webhook)
      if (notified?.kind === 'paused') paused.push(notified.until - now)
      await told.clock.advance(paused.at(-1)!)
    }
    expect(paused).toEqual([5_000, 10_000, 20_000, 40_000])
    const attempts = await Promise.all(events.map((one) => told.notice(webhook, one)))
    expect(attempts.reduce((sum, one) => sum + one.attempts, 0)).toBe(5)
    expect(told.received).toHaveLength(5)
  })

  it('that fails now and then is not left alone', async () => {
    const webhook = await told.endpoint()
    told.answers.splice(0, 1, [500], [200], [503], [200])
    for (let n = 0; n < 4; n++) await told.event()
    const kinds: unknown[] = []
    for (let n = 0; n < 4; n++) kinds.push((await told.tell(webhook))?.kind)
    expect(kinds).toEqual(['again', 'done', 'again', 'done'])
    expect(await told.backend.standing.read(webhookStanding(webhook.id))).toEqual({ pauses: 0 })
  })

  it('that fails twice at the same time is left alone', async () => {
    const webhook = await told.endpoint()
    told.answers[0] = [500]
    for (let n = 0; n < 2; n++) await told.event()
    await Promise.all(told.due(webhook).map((one) => notify(told.notifying, webhook, [one])))
    const standing = await told.backend.standing.read(webhookStanding(webhook.id))
    expect(standing).toMatchObject({ pauses: 1, pausedUntil: told.clock.now() + 5_000 })
  })

  it('whose pause is over is tried once, and open to all again when that is taken', async () => {
    const webhook = await told.endpoint()
    told.answers.splice(0, 1, [500], [500], [200])
    for (let n = 0; n < 4; n++) await told.event()
    for (let n = 0; n < 2; n++) await told.tell(webhook)
    await told.clock.advance(5_000)
    const [first, second] = told.due(webhook)
    const both = await Promise.all([
      notify(told.notifying, webhook, [first!]),
      notify(told.notifying, webhook, [second!]),
    ])
    expect(both.map(({ kind }) => kind).sort()).toEqual(['done', 'paused'])
    expect(await told.tell(webhook)).toEqual({ kind: 'done' })
  })

  it('that says it is gone is disabled at once, with the reason, and what waits is kept', async () => {
    const webhook = await told.endpoint()
    const operator = await told.endpoint({ events: ['webhook.disabled'], format: 'slack' })
    told.answers[0] = [410]
    const events = [await told.event(), await told.event()]
    await told.tell(webhook)
    expect(await told.backend.webhooks.get(webhook.id, '*')).toMatchObject({
      status: 'disabled',
      disabledReason: 'it answered 410: it is gone',
    })
    await told.tell(webhook)
    expect(
      await Promise.all(events.map(async (one) => (await told.notice(webhook, one)).state)),
    ).toEqual(['kept', 'kept'])
    expect(told.received).toHaveLength(1)
    expect(told.due(operator).map(({ body }) => body)).toEqual([
      expect.stringMatching(/webhook\.disabled \(elsewhere\.test, .*: it answered 410: it is gone/),
    ])
  })

  it('that fails for five days is disabled; one that works in between is not', async () => {
    const fails = await told.endpoint()
    const other = await told.endpoint({ events: ['email.complained', 'webhook.disabled'] })
    told.answers[0] = [500]
    await told.event()
    await told.event({ type: 'email.complained' })
    await told.tell(fails)
    await told.tell(other)
    await told.clock.advance(119 * hourMs)
    told.answers.splice(0, 1, [200], [500])
    await told.tell(other)
    await told.tell(fails)
    expect(await told.backend.webhooks.get(fails.id, '*')).toMatchObject({ status: 'enabled' })
    await told.clock.advance(hourMs)
    await told.event()
    await told.event({ type: 'email.complained' })
    await told.tell(fails)
    await told.tell(other)
    expect(await told.backend.webhooks.get(fails.id, '*')).toMatchObject({
      status: 'disabled',
      disabledReason: 'it failed for five days: it answered 500',
    })
    expect(await told.backend.webhooks.get(other.id, '*')).toMatchObject({ status: 'enabled' })
    expect(JSON.parse(told.due(other).at(-1)!.body)).toMatchObject({
      type: 'webhook.disabled',
      data: {
        id: fails.id,
        host: 'elsewhere.test',
        reason: expect.stringContaining('five days') as unknown,
      },
    })
  })

  it('is still told of what happens while it is disabled, when it is told again later', async () => {
    const webhook = await told.endpoint({ status: 'disabled' })
    const event = await told.event()
    await told.tell(webhook)
    await told.backend.webhooks.replace(changed(webhook, { status: 'enabled' }))
    await told.backend.notices.replay(await told.notice(webhook, event), told.clock.now())
    await told.tell(webhook)
    expect(await told.notice(webhook, event)).toMatchObject({ state: 'delivered', attempts: 1 })
  })

  it('of chats is told a sentence without any address', async () => {
    for (const format of ['slack', 'teams'] as const) {
      const webhook = await told.endpoint({ format, events: ['email.failed'] })
      await told.event({ type: 'email.failed', text: 'a <b> & *c*' })
      await told.tell(webhook)
    }
    const [slack, teams] = told.received.map(({ body }) => body)
    expect(JSON.parse(slack!)).toEqual({ text: expect.stringContaining('email.failed') as unknown })
    expect(slack).toContain('a &lt;b&gt; &amp; *c*')
    expect(teams).toContain('AdaptiveCard')
    expect(slack! + teams!).not.toContain('there.test')
  })
})

it('an endpoint that was changed meanwhile is not disabled, and is told once more', async () => {
  const webhook = await told.endpoint()
  await told.backend.webhooks.replace(changed(webhook, { url: 'https://elsewhere.test/new' }))
  told.answers.splice(0, 1, [410], [200])
  const event = await told.event()
  const [notice] = told.due(webhook)
  expect(await notify(told.notifying, webhook, [notice!])).toMatchObject({ kind: 'again' })
  expect(await told.backend.webhooks.get(webhook.id, '*')).toMatchObject({ status: 'enabled' })
  await told.clock.advance(5_000)
  await told.tell(webhook)
  expect(await told.notice(webhook, event)).toMatchObject({ state: 'delivered', attempts: 2 })
})

describe('what is told of other things than emails', () => {
  const suppression = { id: 'id-1', reason: 'unsubscribe', list: 'news', by: 'key' } as const

  it.each([
    [
      { type: 'suppression.added', address: 'bob@there.test', suppression },
      { id: 'id-1', email: 'bob@there.test', origin: 'manual', source_id: null, list: 'news' },
    ],
    [
      { type: 'domain.created', domain: { id: 'd-1', name: 'own.test' } },
      { id: 'd-1', name: 'own.test' },
    ],
    [
      { type: 'engine.blocked', engine: 'smtp', text: '535 no', project: '*' },
      { engine: 'smtp', reason: '535 no', project: '*' },
    ],
  ] as const)('is %o', async (values, data) => {
    const webhook = await told.endpoint({ events: [values.type] })
    await told.event({ emailId: undefined, address: undefined, ...values })
    await told.tell(webhook)
    expect(JSON.parse(told.received[0]!.body)).toMatchObject({ type: values.type, data })
  })
})
