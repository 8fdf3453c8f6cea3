import { expect, it, onTestFinished } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import type { Stream } from '../../../mail/email/stream.ts'
import { asking, emailRequest, openPostern } from '../../open-postern.ts'

async function open() {
  const test = await openPostern({ settings: { engine: 'smtp', projects: { shop: {} } } })
  onTestFinished(() => test.close())
  const put = async (stream: Stream, to: string, more = {}, project = 'default') => {
    const caller = { owner: 'k', project, scope: project, capture: false }
    const request = emailRequest({ stream, to: [{ address: to }], ...more })
    const answer = await accept(test.postern, asking(request), caller)
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    return answer.id
  }
  const lanes = (scope = '*') => test.backend.queue.lanes(test.clock.now(), scope)
  return { ...test, put, lanes }
}

it('what waits is counted by lane, the fullest first, without what is due later', async () => {
  const { put, lanes, clock } = await open()
  expect(await lanes()).toEqual({ lanes: [], isWhole: true })
  await put('bulk', 'a@there.test')
  await clock.advance(7_000)
  await put('bulk', 'b@there.test')
  await put('transactional', 'c@there.test')
  await put('bulk', 'd@elsewhere.test', { scheduledAt: clock.now() + 600_000 })
  await clock.advance(3_000)
  expect(await lanes()).toEqual({
    lanes: [
      { lane: 'bulk:there.test', waiting: 2, sending: 0, oldestAgeSeconds: 10 },
      { lane: 'there.test', waiting: 1, sending: 0, oldestAgeSeconds: 3 },
    ],
    isWhole: true,
  })
})

it('what is being sent, and what was put off, are counted where they are', async () => {
  const { put, lanes, clock, backend } = await open()
  const first = await put('bulk', 'a@there.test')
  await put('bulk', 'b@there.test')
  const [job, other] = backend.queue.take(2, 2)
  await backend.emails.claim(first, clock.now(), 75)
  await backend.queue.defer(other!, clock.now() + 900_000)
  expect(job!.id).toBe(first)
  await clock.advance(60_000)
  expect((await lanes()).lanes).toEqual([
    { lane: 'bulk:there.test', waiting: 1, sending: 1, oldestAgeSeconds: 60 },
  ])
})

it('what was taken as it came, without a row, takes nothing from what waits', async () => {
  const { put, lanes, backend } = await open()
  let isOpen = true
  const door = { isOpen: () => isOpen, enter: () => () => undefined, perLane: 9, first: 9 }
  backend.queue.openDoor(door)
  await put('bulk', 'a@there.test')
  isOpen = false
  await put('bulk', 'b@there.test')
  expect((await lanes()).lanes).toEqual([
    { lane: 'bulk:there.test', waiting: 1, sending: 1, oldestAgeSeconds: 0 },
  ])
})

it('a project sees its own lanes alone', async () => {
  const { put, lanes } = await open()
  await put('bulk', 'a@there.test', {}, 'shop')
  await put('bulk', 'b@there.test')
  await put('transactional', 'c@elsewhere.test')
  const own = { lane: 'bulk:there.test', waiting: 1, sending: 0, oldestAgeSeconds: 0 }
  expect(await lanes('shop')).toEqual({ lanes: [own], isWhole: true })
  expect((await lanes('default')).lanes).toHaveLength(2)
  expect((await lanes()).lanes).toHaveLength(2)
})
