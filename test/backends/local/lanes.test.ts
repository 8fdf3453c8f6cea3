import fc from 'fast-check'
import { expect, it } from 'vitest'
import { localBackend } from '../../../backends/local/index.ts'
import type { PlacedJob } from '../../../backends/local/lanes.ts'
import { aJob } from '../../conformance/queue.ts'
import { temporaryDirectory } from './temporary.ts'

const lanes = ['a', 'b', 'bulk:a']
const seconds = fc.integer({ min: -20, max: 20 })
const pick = fc.nat({ max: 50 })

const step = fc.oneof(
  fc.record({
    what: fc.constant('put' as const),
    lane: fc.constantFrom(...lanes),
    count: fc.integer({ min: 1, max: 3 }),
    seconds,
  }),
  fc.record({
    what: fc.constant('take' as const),
    max: fc.integer({ min: 0, max: 6 }),
    perLane: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ what: fc.constant('acknowledge' as const), pick }),
  fc.record({ what: fc.constant('defer' as const), pick, seconds }),
  // Also backwards: clocks are set.
  fc.record({ what: fc.constant('pass' as const), seconds }),
)

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

it('offers every due job that is not taken, and no other, whatever happens', async () => {
  const steps = fc.array(step, { maxLength: 40 })
  await fc.assert(fc.asyncProperty(steps, followTheModel), { numRuns: 60 })
})

/** The model: when each job is due that is not taken, and which are taken. */
async function followTheModel(steps: readonly Step[]): Promise<void> {
  const { path, remove } = temporaryDirectory()
  const clock = standingClock()
  const backend = localBackend(path, { clock })
  const { queue } = backend
  const waiting = new Map<string, { lane: string; dueAt: number }>()
  const inHand: PlacedJob[] = []

  async function perform(each: Step) {
    if (each.what === 'pass') clock.time += each.seconds * 1_000
    else if (each.what === 'put') await put(each)
    else if (each.what === 'take') take(each.max, each.perLane)
    else if (inHand.length > 0) await finish(each, inHand.splice(each.pick % inHand.length, 1)[0]!)
  }

  async function put({ lane, count, seconds: delay }: Step & { what: 'put' }) {
    const jobs = Array.from({ length: count }, () => aJob({ lane }))
    const dueAt = clock.time + delay * 1_000
    for (const { id } of jobs) waiting.set(id, { lane, dueAt })
    await queue.put(jobs.map((job) => ({ ...job, dueAt })))
  }

  function take(max: number, perLane: number) {
    const expected = Math.min(max, takeable(perLane))
    const taken = queue.take(max, perLane)
    expect(taken).toHaveLength(expected)
    for (const { id, lane } of taken) {
      expect(waiting.get(id)?.dueAt).toBe(Math.min(...dueTimes(lane)))
      expect(waiting.get(id)?.dueAt).toBeLessThanOrEqual(clock.time)
      waiting.delete(id)
    }
    inHand.push(...taken)
  }

  function dueTimes(lane?: string): number[] {
    const jobs = [...waiting.values()].filter((job) => lane === undefined || job.lane === lane)
    return jobs.map(({ dueAt }) => dueAt)
  }

  function takeable(perLane: number): number {
    return lanes.reduce((sum, lane) => {
      const free = perLane - inHand.filter((job) => job.lane === lane).length
      const due = dueTimes(lane).filter((dueAt) => dueAt <= clock.time)
      return sum + Math.max(0, Math.min(free, due.length))
    }, 0)
  }

  async function finish(each: Step, job: PlacedJob) {
    if (each.what !== 'defer') return queue.acknowledge(job)
    const dueAt = clock.time + each.seconds * 1_000
    waiting.set(job.id, { lane: job.lane, dueAt })
    await queue.defer(job, dueAt)
  }

  for (const each of steps) await perform(each)
  take(Infinity, Infinity)
  for (const job of inHand.splice(0)) await queue.acknowledge(job)
  expect(queue.nextDueAt() ?? Infinity).toBe(Math.min(...dueTimes()))
  clock.time = Math.max(clock.time, ...dueTimes())
  take(Infinity, Infinity)
  expect(waiting.size).toBe(0)
  backend.close()
  remove()
}

it('misses no job that was put while the clock was set back', async () => {
  const { path, remove } = temporaryDirectory()
  const clock = standingClock()
  const backend = localBackend(path, { clock })
  const { queue } = backend
  const [first, second, third] = [aJob(), aJob(), aJob()]
  await queue.put([first, second])
  expect(queue.take(1, 1)).toHaveLength(1)
  clock.time -= 10_000
  expect(queue.take(1, 1)).toEqual([])
  await queue.put([{ ...third, dueAt: clock.time + 5_000 }])
  clock.time += 10_000
  expect(queue.take(9, 9).map(({ id }) => id)).toEqual([third.id, second.id])
  backend.close()
  remove()
})

/** A time that a test sets, and that passes for no one. */
function standingClock() {
  const never = () => () => undefined
  const clock = { time: 1e12, now: () => clock.time, at: never, until: () => Promise.resolve() }
  return clock
}
