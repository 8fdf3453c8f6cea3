import { afterEach, beforeEach, expect, it } from 'vitest'
import { hourMs } from '../../mail/email/time.ts'
import { webhookStanding } from '../../mail/email/webhook.ts'
import { changed } from '../../mail/notify/change.ts'
import { newSecret } from '../../mail/notify/secrets.ts'
import type { Posted } from '../../mail/ports/web.ts'
import { onAws } from '../backends/aws/emulated.ts'
import { notifyRig, ok, type NotifyRig } from './notify-rig.ts'

const broken: Posted = { kind: 'answered', status: 500, text: 'no' }

onAws('the notify function on AWS', (aws) => {
  let rig: NotifyRig
  beforeEach(async () => {
    rig = await notifyRig(aws)
  })
  afterEach(() => rig.close())

  const stateOf = async (webhookId: string, id: string) =>
    (await rig.backend.notices.get(webhookId, id))?.state

  const left = () => rig.sqs.on(rig.place.notifyQueueUrl)

  it('tells each endpoint of its own project what it asked for, once', async () => {
    const { id } = await rig.hook()
    await rig.hook({ project: 'shop' })
    await rig.hook({ events: ['email.opened'] })
    const [event] = await rig.happen()
    await rig.drain()
    expect(rig.told).toMatchObject([{ id: event!.id }])
    expect(await stateOf(id, event!.id)).toBe('delivered')
    expect(left()).toEqual([])
    expect(rig.counted).toContain('Notices 1')
  })

  it('tries again by the schedule, with the one message that there is', async () => {
    const { id } = await rig.hook()
    rig.answer = () => broken
    const [event] = await rig.happen()
    const { id: message } = left()[0]!
    await rig.drain()
    await rig.live(29 * hourMs, hourMs / 4)
    expect(left()).toEqual([])
    const { state, attempts, tries } = (await rig.backend.notices.get(id, event!.id))!
    expect({ state, attempts, tries: tries.length }).toEqual({
      state: 'failed',
      attempts: 8,
      tries: 8,
    })
    expect(rig.told).toHaveLength(8)
    expect(message).toBeDefined()
    const puts = rig.front.calls.filter(({ operation }) => operation === 'SendMessageBatch')
    expect(puts).toHaveLength(1)
    // Not a word of what it answered.
    expect(rig.logged.join('')).not.toContain('"no"')
  })

  it('waits as long as an endpoint asks, and as long as it is paused, without an attempt', async () => {
    await rig.hook()
    rig.answer = () => ({ kind: 'answered', status: 503, text: '', retryAfter: '3600' })
    await rig.happen()
    await rig.drain()
    await rig.happen(5)
    await rig.live(hourMs - 120_000, 60_000)
    expect(rig.told).toHaveLength(1)
    rig.answer = () => ok
    await rig.live(hourMs / 2, 60_000)
    expect(rig.told).toHaveLength(7)
    expect(left()).toEqual([])
  })

  it('disables an endpoint that is gone, after one attempt, and keeps the rest for later', async () => {
    const { id } = await rig.hook()
    rig.answer = () => ({ kind: 'answered', status: 410, text: 'gone' })
    const events = await rig.happen(10)
    await rig.drain()
    expect(rig.told).toHaveLength(1)
    const webhook = (await rig.backend.webhooks.get(id, '*'))!
    expect(webhook).toMatchObject({
      status: 'disabled',
      disabledReason: 'it answered 410: it is gone',
    })
    expect(rig.counted).toContain('WebhooksDisabled 1')
    expect(rig.logged.join('')).toContain('webhook disabled')
    const kept = await rig.backend.notices.list({ webhookId: id, limit: 20, states: ['kept'] })
    expect(kept.data).toHaveLength(10)
    rig.answer = () => ok
    await rig.backend.webhooks.replace(
      changed(webhook, { status: 'enabled', disabledReason: undefined }),
    )
    for (const notice of kept.data) await rig.backend.notices.replay(notice, rig.clock.now())
    await rig.drain()
    const told = new Set(rig.told.slice(1).map((one) => one.id))
    expect(told).toEqual(new Set(events.map((event) => event.id)))
  })

  it('disables one that has failed for five days, and tells it nothing more', async () => {
    const { id } = await rig.hook()
    rig.answer = () => broken
    await rig.happen()
    await rig.drain()
    for (let day = 0; day < 6; day++) {
      await rig.live(24 * hourMs, 6 * hourMs)
      await rig.happen()
    }
    await rig.live(24 * hourMs, 6 * hourMs)
    expect(await rig.backend.webhooks.get(id, '*')).toMatchObject({ status: 'disabled' })
    expect(left()).toEqual([])
  })

  it('makes at most two attempts at a time at one endpoint, however many environments there are', async () => {
    await rig.hook()
    let [now, most] = [0, 0]
    rig.answer = async () => {
      most = Math.max(most, (now += 1))
      await new Promise((resolve) => setTimeout(resolve, 5))
      now -= 1
      return ok
    }
    await rig.happen(40)
    const batches = [rig.take(), rig.take(), rig.take(), rig.take()]
    await Promise.all(batches.map((batch) => rig.handle(batch)))
    expect(most).toBe(2)
    // The others were put back without an attempt.
    expect(rig.told).toHaveLength(20)
    expect(left()).toHaveLength(20)
    await rig.live(30_000, 1_000)
    expect(rig.told).toHaveLength(40)
    expect(left()).toEqual([])
  })

  it('lets an endpoint that hangs hold up no other of the same batch, nor the next ones', async () => {
    const hangs = await rig.hook({ url: 'https://hangs.test/' })
    const heals: Promise<void>[] = []
    let release = () => {}
    const hanging = new Promise<void>((resolve) => (release = resolve))
    rig.answer = async (url) => {
      if (!url.includes('hangs')) return ok
      await hanging
      return { kind: 'failed', reason: 'it gave no whole answer within 15 s' }
    }
    await rig.hook({ url: 'https://well.test/' })
    await rig.happen(5)
    heals.push(rig.handle(rig.take()))
    const well = () => rig.told.filter(({ url }) => url.includes('well')).length
    await expect.poll(well, { timeout: 20_000 }).toBe(5)
    await rig.happen(5)
    heals.push(rig.handle(rig.take()))
    await expect.poll(well, { timeout: 20_000 }).toBe(10)
    release()
    await Promise.all(heals)
    const { pauses } = await rig.backend.standing.read(webhookStanding(hangs.id))
    expect(pauses).toBeGreaterThan(0)
    // One of each batch; and one more may begin between their failures, of which the second pauses it.
    expect(rig.told.filter(({ url }) => url.includes('hangs')).length).toBeLessThanOrEqual(3)
  })

  it('begins nothing that it may not end before it is cut off', async () => {
    await rig.hook()
    await rig.happen()
    await rig.handle(rig.take(), 20_000)
    expect(rig.told).toEqual([])
    expect(left()).toHaveLength(1)
    await rig.live(1_000, 1_000)
    expect(rig.told).toHaveLength(1)
  })

  it('is done with what a removed endpoint was to be told', async () => {
    const { id } = await rig.hook()
    await rig.happen(3)
    await rig.backend.webhooks.remove(id, '*')
    await rig.drain()
    expect(rig.told).toEqual([])
    expect(left()).toEqual([])
  })

  it('tells several in one request in the format of SendGrid', async () => {
    await rig.hook({ format: 'sendgrid', secrets: [{ secret: newSecret('sendgrid') }] })
    const sizes: number[] = []
    rig.answer = (_, { body }) => {
      sizes.push((JSON.parse(body) as unknown[]).length)
      return ok
    }
    await rig.happen(10)
    await rig.drain()
    expect(sizes).toEqual([10])
  })

  it('has what it cannot read seen again, for a newer version, and says so', async () => {
    for (const body of ['', '{}', '{"notice":{"webhookId":"x"}}'])
      rig.sqs.put(rig.place.notifyQueueUrl, body)
    await rig.drain()
    expect(left()).toHaveLength(3)
    expect(rig.counted).toContain('NoticeFailed 3')
  })
})
