import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localBackend, type LocalBackend } from '../../../backends/local/index.ts'
import { compose } from '../../../mail/compose/compose.ts'
import { acceptAll, type BatchOptions } from '../../../mail/accept/accept-batch.ts'
import type { Caller } from '../../../mail/keys/caller.ts'
import type { Asked } from '../../../mail/request/refused.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import { fleet } from '../../../mail/deliver/fleet.ts'
import { isId } from '../../../mail/email/id.ts'
import { guardian } from '../../../mail/guardian/guardian.ts'
import { pace } from '../../../mail/deliver/pace.ts'
import { room } from '../../../mail/room.ts'
import type { Postern } from '../../../mail/ports/postern.ts'
import { settingsInForce } from '../../../mail/configure/in-force.ts'
import { emailRequest, scriptedEngine } from '../../open-postern.ts'
import { virtualClock, type VirtualClock } from '../../virtual-clock.ts'
import { crashing } from '../stepped.ts'

const caller: Caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const once = { idempotency: { key: 'order-1', bodyHash: 'a' } }
const hour = 3_600_000

let directory: string
let clock: VirtualClock
let smtp: ReturnType<typeof scriptedEngine>
let backend: LocalBackend
let postern: Postern
let locks: object

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'postern-batch-'))
  clock = virtualClock()
  smtp = scriptedEngine('smtp', () => ({ kind: 'sent' }))
  locks = { engine: 'smtp' }
  start()
})

afterEach(() => {
  backend.close()
  rmSync(directory, { recursive: true })
})

describe('a batch', () => {
  it('is accepted as a whole, with ids that count up', async () => {
    const ids = await accepted(good(3))
    expect(ids.every(isId)).toBe(true)
    expect([...ids].sort()).toEqual(ids)
    await work()
    expect(sent()).toEqual(ids)
    expect(smtp.parcels.map(({ subject }) => subject)).toEqual(['n0', 'n1', 'n2'])
  })

  it('of 1,000 emails has as many ids, none of which another batch has', async () => {
    const ids = [...(await accepted(good(1_000))), ...(await accepted(good(1_000)))]
    expect(new Set(ids).size).toBe(2_000)
    expect((await backend.queue.depth(clock.now(), '*')).depth).toBe(2_000)
  })

  it('keeps what is scheduled until its time', async () => {
    const later = { request: emailRequest({ scheduledAt: clock.now() + hour }) }
    const [now, then] = await accepted([...good(1), later])
    await work()
    expect(sent()).toEqual([now])
    await clock.advance(hour)
    await work()
    expect(sent()).toEqual([now, then])
  })

  it('is refused as a whole where one is refused, and every one of them is named', async () => {
    const foreign = { request: emailRequest({ from: { address: 'a@else.test' } }) }
    const as = { ...caller, domain: 'caller.test' }
    const answer = await acceptAll(postern, () => [...good(1), broken, ...good(1), foreign], as)
    expect(answer).toEqual({
      kind: 'refused',
      refused: [
        { index: 1, why: { kind: 'invalid', faults: broken.faults } },
        { index: 3, why: { kind: 'forbidden', reason: 'this key may only send from caller.test' } },
      ],
    })
    await expectNothing()
  })

  it('that is permissive has its good ones accepted', async () => {
    const answer = await acceptAll(postern, () => [...good(2), broken, ...good(1)], caller, {
      permissive: true,
    })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    expect(answer.refused).toEqual([{ index: 2, why: { kind: 'invalid', faults: broken.faults } }])
    await work()
    expect(answer.ids).toHaveLength(3)
    expect(sent()).toEqual(answer.ids)
  })

  it('that is permissive may have none', async () => {
    const answer = await acceptAll(postern, () => [broken], caller, { permissive: true })
    expect(answer).toMatchObject({ kind: 'accepted', ids: [], refused: [{ index: 0 }] })
    await expectNothing()
  })

  it('is not taken without an attachment that is still elsewhere', async () => {
    const source = { kind: 'upload', id: 'gone' } as const
    const file = { filename: 'a', contentType: 'a/b', content: '', source }
    const content = { kind: 'structured', text: 'a', headers: {}, attachments: [file] } as const
    const answer = await acceptAll(
      postern,
      () => [...good(1), { request: emailRequest({ content }) }],
      caller,
    )
    expect(answer).toMatchObject({ kind: 'refused', refused: [{ index: 1 }] })
    await expectNothing()
  })

  it('is not taken while mail is switched off', async () => {
    restart({ engine: 'disabled' })
    expect(await acceptAll(postern, () => good(2), caller)).toMatchObject({ kind: 'unavailable' })
  })
})

describe('an Idempotency-Key of a batch', () => {
  it('gives all the ids again, and sends nothing again', async () => {
    const ids = await accepted(good(3), once)
    expect(await accepted(good(3), once)).toEqual(ids)
    await work()
    expect(await accepted(good(3), once)).toEqual(ids)
    await work()
    expect(sent()).toEqual(ids)
  })

  it('of another batch is a conflict', async () => {
    await accepted(good(3), once)
    const other = { idempotency: { key: 'order-1', bodyHash: 'b' } }
    expect(await acceptAll(postern, () => good(2), caller, other)).toEqual({ kind: 'conflict' })
  })

  it('is running while the first is', async () => {
    const [first, second] = await Promise.all(
      [0, 1].map(() => acceptAll(postern, () => good(3), caller, once)),
    )
    expect(first).toMatchObject({ kind: 'accepted' })
    expect(second).toEqual({ kind: 'running' })
  })

  it('refuses the same members again, though they would be taken now', async () => {
    const options = { ...once, permissive: true }
    const first = await acceptAll(postern, () => [...good(1), broken], caller, options)
    const again = await acceptAll(postern, () => good(2), caller, options)
    expect(again).toEqual({ ...first, replayed: true })
  })

  it('gives the first answer though a member would be refused now, its time having passed', async () => {
    const read = readingTime(clock.now() + hour)
    const first = await acceptAll(postern, read, caller, once)
    await clock.advance(2 * hour)
    expect(await acceptAll(postern, read, caller, once)).toEqual({ ...first, replayed: true })
  })

  it('goes on with what a crash interrupted, as it was judged then', async () => {
    const read = readingTime(clock.now() + hour)
    const steps = crashing(postern, 8)
    await expect(acceptAll(steps.postern, read, caller, once)).rejects.toThrow('crash')
    restart()
    await clock.advance(2 * hour)
    const answer = await acceptAll(postern, read, caller, once)
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    expect(answer.ids).toHaveLength(3)
    await work()
    expect([...sent()].sort()).toEqual(answer.ids)
  })
})

describe('a batch that a crash interrupted, a member of which is gone since, as an upload may be', () => {
  it('is refused, names the member, and sends nothing', async () => {
    await expect(
      acceptAll(crashing(postern, 8).postern, () => good(3), caller, once),
    ).rejects.toThrow()
    restart()
    const refused = [{ index: 2, why: { kind: 'invalid', faults: broken.faults } }]
    for (let time = 0; time < 2; time++) {
      const answer = await acceptAll(postern, () => [...good(2), broken], caller, once)
      expect(answer).toEqual({ kind: 'refused', refused })
    }
    await work()
    expect(sent()).toEqual([])
    // Back again, and nothing was lost by the refusals.
    const ids = await accepted(good(3), once)
    await work()
    expect([...sent()].sort()).toEqual(ids)
  })

  it('is neither refused nor accepted while it is unknown whether its jobs were there', async () => {
    const beforePut = crashing(postern, 14)
    await expect(acceptAll(beforePut.postern, () => good(3), caller, once)).rejects.toThrow()
    expect(beforePut.crashedAt()).toBe('before queue.put')
    await clock.advance(2 * 60_000)
    const lost = () => acceptAll(postern, () => [...good(2), broken], caller, once)
    await expect(lost()).rejects.toThrow('cannot be put again')
    const ids = await accepted(good(3), once)
    await work()
    expect([...sent()].sort()).toEqual(ids)
  })

  it('has its first answer where all its jobs were there', async () => {
    const atFinish = crashing(postern, 16)
    await expect(acceptAll(atFinish.postern, () => good(3), caller, once)).rejects.toThrow()
    expect(atFinish.crashedAt()).toContain('finish')
    restart()
    await work()
    const ids = await accepted([...good(2), broken], once)
    expect([...sent()].sort()).toEqual(ids)
  })
})

describe('a crash in the middle of a batch', () => {
  // begin, three contents, three records, one put, finish: before and after each.
  const steps = Array.from({ length: 18 }, (_, step) => step)

  it.each(steps)(
    'at step %i sends all of it or nothing, and a replay sends the rest once',
    async (at) => {
      const { postern: mortal, crashedAt } = crashing(postern, at)
      await expect(acceptAll(mortal, () => good(3), caller, once)).rejects.toThrow('crash')
      restart()
      await work()
      const isPut = crashedAt() === 'after queue.put' || crashedAt()!.includes('finish')
      expect([crashedAt(), sent().length]).toEqual([crashedAt(), isPut ? 3 : 0])
      if (!isPut) await expectNothing()
      const ids = await accepted(good(3), once)
      await work()
      expect([...sent()].sort()).toEqual(ids)
      restart()
      await work()
      expect(sent()).toHaveLength(3)
    },
  )

  it('has no other steps', async () => {
    const { postern: mortal, crashedAt } = crashing(postern, steps.length)
    await acceptAll(mortal, () => good(3), caller, once)
    expect(crashedAt()).toBeUndefined()
  })

  it('and of the one put, in the store itself, leaves no job at all', async () => {
    const jobs = good(3).map((_, index) => {
      const job = { id: `${index}`, capture: false, since: 0, recipients: 1, lane: 'there.test' }
      return index === 2 ? { ...job, lane: null as unknown as string } : job
    })
    await expect(backend.queue.put(jobs)).rejects.toThrow()
    expect(backend.queue.take(10, 10)).toEqual([])
  })
})

function start() {
  backend = localBackend(directory, { clock })
  const { settings: store, captures } = backend
  const open = async () => smtp.engine
  const inForce = settingsInForce({ store, clock, locks: { ...locks } })
  postern = {
    ...backend,
    inForce,
    fleet: fleet({ open, store, captures, clock }),
    pace: pace(clock),
    guardian: guardian({ ...backend, inForce }),
    room: room(1e9),
    compose,
    random: Math.random,
  }
}

/** What `kill -9` and a new process do: only what is on disk is still there. */
function restart(lockedTo: object = locks) {
  backend.close()
  locks = lockedTo
  start()
}

function good(count: number): { request: EmailRequest }[] {
  return Array.from({ length: count }, (_, n) => ({ request: emailRequest({ subject: `n${n}` }) }))
}

const broken = { faults: [{ field: 'to', rule: 'is required', kind: 'missing' }] } as const

/** Three, one of which is for a time and can only be asked for before it. */
function readingTime(time: number): (now: number) => readonly Asked[] {
  return (now) => [
    ...good(2),
    now > time
      ? { faults: [{ field: 'scheduled_at', rule: 'the time has passed', kind: 'invalid' }] }
      : { request: emailRequest({ scheduledAt: time }) },
  ]
}

async function accepted(
  asked: readonly Asked[],
  options?: BatchOptions,
): Promise<readonly string[]> {
  const answer = await acceptAll(postern, () => asked, caller, options)
  if (answer.kind !== 'accepted') throw new Error(answer.kind)
  return answer.ids
}

function sent(): string[] {
  return smtp.parcels.map(({ id }) => id)
}

async function expectNothing() {
  expect((await backend.emails.list({ scope: '*', limit: 1 })).data).toEqual([])
  expect(await backend.queue.depth(clock.now(), '*')).toMatchObject({ depth: 0, scheduled: 0 })
}

/** What a worker does until nothing is due. */
async function work() {
  const { queue } = backend
  for (let jobs = queue.take(10, 10); jobs.length > 0; jobs = queue.take(10, 10))
    for (const job of jobs) {
      const end = await deliver(postern, job)
      if (end.kind === 'acknowledge') await queue.acknowledge(job)
      else await queue.defer(job, clock.now() + end.seconds * 1_000)
    }
}
