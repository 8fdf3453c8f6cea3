import { expect, it, onTestFinished, vi } from 'vitest'
import { startNotifier } from '../../../backends/local/notifier.ts'
import { changed, switched } from '../../../mail/notify/change.ts'
import { notify } from '../../../mail/notify/notify.ts'
import type { Posted, Posting } from '../../../mail/ports/web.ts'
import { openTold, type Told } from '../../mail/notify/told.ts'

/** The notifier over endpoints that answer as the test says, without a network. */
async function openNotifier(
  answer: (url: string, signal: AbortSignal) => Posted | Promise<Posted>,
) {
  const told = await openTold()
  const posted: string[] = []
  const web = {
    async post(url: string, { signal }: Posting) {
      posted.push(url)
      return answer(url, signal!)
    },
  }
  const notifier = startNotifier({
    ...told.backend,
    notify: (webhook, some, stop) => notify({ ...told.notifying, web }, webhook, some, stop),
    onError: (error) => expect.unreachable(String(error)),
  })
  onTestFinished(() => notifier.stop())
  return { ...told, posted, stop: () => notifier.stop() }
}

const ok: Posted = { kind: 'answered', status: 200, text: '' }

const statesOf = async ({ backend }: Told, webhookId: string) => {
  const { data } = await backend.notices.list({ webhookId, limit: 100 })
  return data.map(({ state }) => state)
}

it('tells what is put, and what fails again when it is due', async () => {
  const answers: Posted[] = [{ kind: 'failed', reason: 'no' }, ok]
  const told = await openNotifier(() => answers.shift()!)
  const webhook = await told.endpoint()
  await told.event()
  await vi.waitFor(() => expect(told.posted).toHaveLength(1), 20_000)
  await told.clock.advance(4_999)
  expect(told.posted).toHaveLength(1)
  await told.clock.advance(1)
  await vi.waitFor(
    async () => expect(await statesOf(told, webhook.id)).toEqual(['delivered']),
    20_000,
  )
})

// Public fault 15: fhir-works#676, sentry#110215, useSend, endatix#956.
it('lets no endpoint wait for another that hangs or fails, and counts no attempt that was not made', async () => {
  const hanging = Promise.withResolvers<Posted>()
  const told = await openNotifier((url) => {
    if (url.endsWith('/hangs')) return hanging.promise
    return url.endsWith('/fails') ? { kind: 'answered', status: 500, text: '' } : ok
  })
  const [hangs, fails, works] = await Promise.all(
    ['hangs', 'fails', 'works'].map((name) =>
      told.endpoint({ url: `https://elsewhere.test/${name}` }),
    ),
  )
  for (let n = 0; n < 50; n++) await told.event()
  await vi.waitFor(async () => {
    const states = await statesOf(told, works!.id)
    expect(states.filter((state) => state === 'delivered')).toHaveLength(50)
  }, 20_000)
  const requests = (name: string) => told.posted.filter((url) => url.endsWith(name)).length
  expect(requests('/hangs')).toBeLessThanOrEqual(4)
  expect(requests('/fails')).toBeLessThanOrEqual(4)
  const { data } = await told.backend.notices.list({ webhookId: fails!.id, limit: 100 })
  expect(data.reduce((sum, one) => sum + one.attempts, 0)).toBe(requests('/fails'))
  expect(new Set(await statesOf(told, hangs!.id))).toEqual(new Set(['waiting']))
  hanging.resolve(ok)
})

it('tells an endpoint at once when it is corrected, and each of several', async () => {
  const told = await openNotifier((url) =>
    url.endsWith('/new') ? ok : { kind: 'failed', reason: 'no' },
  )
  const webhook = await told.endpoint()
  for (let n = 0; n < 3; n++) await told.event()
  await vi.waitFor(() => expect(told.posted.length).toBeGreaterThan(0), 20_000)
  await vi.waitFor(async () => {
    const { data } = await told.backend.notices.list({ webhookId: webhook.id, limit: 9 })
    expect(data.filter(({ attempts }) => attempts > 0).length).toBe(told.posted.length)
  }, 20_000)
  await told.backend.standing.resume(`webhook ${webhook.id}`)
  await told.backend.webhooks.replace(changed(webhook, { url: 'https://elsewhere.test/new' }))
  await told.clock.advance(10_000)
  await vi.waitFor(async () => {
    expect(new Set(await statesOf(told, webhook.id))).toEqual(new Set(['delivered']))
  }, 20_000)
})

it('lets no endpoint that hangs hold up a stop: what it was being told waits, uncounted', async () => {
  const told = await openNotifier((url, signal) => {
    if (!url.endsWith('/hangs')) return new Promise((resolve) => void setTimeout(resolve, 5, ok))
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ kind: 'failed', reason: 'aborted' }))
    })
  })
  const hangs = await told.endpoint({ url: 'https://elsewhere.test/hangs' })
  const works = await told.endpoint()
  await told.event()
  await vi.waitFor(() => expect(told.posted).toHaveLength(2), 20_000)
  const stopped = told.stop()
  await vi.waitFor(
    async () => expect(await statesOf(told, works.id)).toEqual(['delivered']),
    20_000,
  )
  await told.clock.advance(1_000)
  await stopped
  const { data } = await told.backend.notices.list({ webhookId: hangs.id, limit: 9 })
  expect(data).toMatchObject([{ state: 'waiting', dueAt: data[0]!.putAt, attempts: 0, tries: [] }])
  expect(await told.backend.standing.read(`webhook ${hangs.id}`)).toMatchObject({ pauses: 0 })
})

it('opens at most twenty requests to an endpoint that takes what it is told, one for each event', async () => {
  let underWay = 0
  let most = 0
  const told = await openNotifier(async () => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    return ok
  })
  const webhook = await told.endpoint()
  const events = []
  for (let n = 0; n < 60; n++) events.push(await told.event())
  await vi.waitFor(() => expect(told.posted).toHaveLength(60), 20_000)
  await vi.waitFor(() => expect(told.backend.notices.nextDueAt(webhook.id)).toBeUndefined(), 20_000)
  expect(most).toBeLessThanOrEqual(20)
  const notices = await Promise.all(events.map((event) => told.notice(webhook, event)))
  expect(notices.map(({ attempts }) => attempts)).toEqual(events.map(() => 1))
})

it('misses nothing that came while an endpoint was disabled, once it is enabled and told again', async () => {
  const told = await openNotifier(() => ok)
  const webhook = await told.endpoint()
  const { notices, webhooks } = told.backend
  const events = [await told.event()]
  await vi.waitFor(
    async () => expect(await statesOf(told, webhook.id)).toEqual(['delivered']),
    20_000,
  )
  const off = changed(webhook, switched('disabled', told.clock.now()))
  await webhooks.replace(off)
  for (let n = 0; n < 40; n++) events.push(await told.event())
  const kept = async () => (await statesOf(told, webhook.id)).filter((state) => state === 'kept')
  await vi.waitFor(async () => expect(await kept()).toHaveLength(40), 20_000)
  expect(told.posted).toHaveLength(1)
  await webhooks.replace(changed(off, switched('enabled', told.clock.now())))
  const states = ['failed', 'kept'] as const
  const { data } = await notices.list({ webhookId: webhook.id, limit: 100, states })
  await Promise.all(data.map((notice) => notices.replay(notice, told.clock.now())))
  await vi.waitFor(() => expect(told.posted).toHaveLength(41), 20_000)
  await vi.waitFor(async () => {
    const all = await Promise.all(events.map((event) => told.notice(webhook, event)))
    expect(all.map(({ state, attempts }) => [state, attempts])).toEqual(
      events.map(() => ['delivered', 1]),
    )
  }, 20_000)
})
