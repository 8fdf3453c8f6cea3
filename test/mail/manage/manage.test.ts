import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import { jobOf } from '../../../mail/email/job.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import { cancel, reschedule, retry } from '../../../mail/manage/manage.ts'
import type { Outcome } from '../../../mail/email/outcome.ts'
import type { Parcel } from '../../../mail/email/parcel.ts'
import type { Emails } from '../../../mail/ports/emails.ts'
import type { Postern } from '../../../mail/ports/postern.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'

const hour = 3_600_000

let test: TestPostern
let answer: (parcel: Parcel) => Outcome | Promise<Outcome>
const smtp = scriptedEngine('smtp', (parcel) => answer(parcel))

beforeAll(async () => {
  test = await openPostern({ engines: { smtp: smtp.engine }, settings: { engine: 'smtp' } })
})
beforeEach(() => (answer = () => ({ kind: 'sent' })))
afterAll(() => test.close())

describe('canceling', () => {
  it('stops an email that waits, and its job has no effect', async () => {
    const id = await accepted()
    expect(await cancel(test.postern, id, '*')).toMatchObject({
      kind: 'done',
      email: {
        state: 'canceled',
        settledAt: test.clock.now(),
        recipients: [{ state: 'canceled' }],
        timeline: [{ what: 'accepted' }, { what: 'canceled' }],
      },
    })
    await work()
    expect(copies(id)).toBe(0)
  })

  it('leaves an email that some have already as sent, and stops the rest', async () => {
    answer = () => ({
      kind: 'sent',
      refused: [{ address: 'later@there.test', kind: 'deferred', reason: '450' }],
    })
    const id = await accepted({
      to: [{ address: 'a@there.test' }, { address: 'later@there.test' }],
    })
    await work()
    expect(await cancel(test.postern, id, '*')).toMatchObject({
      kind: 'done',
      email: { state: 'sent', recipients: [{ state: 'sent' }, { state: 'canceled' }] },
    })
  })

  it('removes the job of a later time', async () => {
    const id = await accepted({ scheduledAt: test.clock.now() + hour })
    const { scheduled } = await test.postern.queue.depth(test.clock.now(), '*')
    await cancel(test.postern, id, '*')
    expect(await test.postern.queue.depth(test.clock.now(), '*')).toMatchObject({
      scheduled: scheduled - 1,
    })
  })

  it('stops an email that was deferred', async () => {
    answer = () => ({ kind: 'deferred', reason: '451' })
    const id = await accepted()
    await work()
    expect(await cancel(test.postern, id, '*')).toMatchObject({ kind: 'done' })
    expect((await test.postern.emails.get(id, '*'))!.nextAttemptAt).toBeUndefined()
    await test.clock.advance(hour)
    await work()
    expect(copies(id)).toBe(1)
  })

  it.each<[string, Outcome]>([
    ['sent', { kind: 'sent' }],
    ['failed', { kind: 'rejected', reason: '550' }],
  ])('is refused for an email that is %s', async (state, outcome) => {
    answer = () => outcome
    const id = await accepted()
    await work()
    expect(await cancel(test.postern, id, '*')).toEqual({
      kind: 'refused',
      reason: `the email is ${state}`,
    })
  })

  it('is refused while an engine has the email', async () => {
    const id = await accepted()
    const during: unknown[] = []
    answer = async () => {
      during.push(await cancel(test.postern, id, '*'), await reschedule(test.postern, id, '*', 0))
      return { kind: 'sent' }
    }
    await work()
    const refused = { kind: 'refused', reason: 'the email is sending' }
    expect(during).toEqual([refused, refused])
  })

  it('is refused beyond what this caller may cancel, and where there is no such email', async () => {
    const id = await accepted()
    expect(await cancel(test.postern, id, '*', ['scheduled'])).toMatchObject({ kind: 'refused' })
    expect(await cancel(test.postern, 'nobody', '*')).toEqual({ kind: 'unknown' })
    await work()
    expect(copies(id)).toBe(1)
  })

  it('stops a held email, whose recipients that have it stay as they are', async () => {
    const id = await heldInDoubt()
    const managed = await cancel(test.postern, id, '*')
    expect(managed).toMatchObject({
      kind: 'done',
      email: { state: 'canceled', recipients: [{ state: 'canceled' }, { state: 'failed' }] },
    })
  })
})

describe('rescheduling', () => {
  it.each([
    ['later', 2 * hour],
    ['earlier', hour / 2],
  ])('sends an email once, %s', async (_, after) => {
    const start = test.clock.now()
    const id = await accepted({ scheduledAt: start + hour })
    const managed = await reschedule(test.postern, id, '*', start + after)
    expect(managed).toMatchObject({
      kind: 'done',
      email: { state: 'scheduled', dueAt: start + after, since: start + after },
    })
    await test.clock.advance(Math.min(hour, after) - 1)
    await work()
    expect(copies(id)).toBe(0)
    await test.clock.advance(3 * hour)
    await work()
    expect(copies(id)).toBe(1)
  })

  it('never leaves an email without a job, wherever it crashes', async () => {
    for (const dead of [['cancel', 'put'], ['put']]) {
      const id = await accepted({ scheduledAt: test.clock.now() + hour })
      const crash = () => Promise.reject(new Error('crash'))
      const queue = {
        ...test.postern.queue,
        ...Object.fromEntries(dead.map((key) => [key, crash])),
      }
      const rescheduling = reschedule(
        { ...test.postern, queue },
        id,
        '*',
        test.clock.now() + 2 * hour,
      )
      await expect(rescheduling).rejects.toThrow('crash')
      for (let passed = 0; passed < 3; passed++) {
        await test.clock.advance(hour)
        await work()
      }
      expect(copies(id)).toBe(1)
    }
  })

  it('is refused for an email that is not scheduled', async () => {
    const id = await accepted()
    expect(await reschedule(test.postern, id, '*', test.clock.now() + hour)).toEqual({
      kind: 'refused',
      reason: 'the email is queued',
    })
    await work()
  })
})

describe('retrying', () => {
  it('tries a failed email again, for those who do not have it', async () => {
    answer = () => ({
      kind: 'sent',
      refused: [{ address: 'no@there.test', kind: 'rejected', reason: '550' }],
    })
    const to = [{ address: 'yes@there.test' }, { address: 'no@there.test' }]
    const id = await accepted({ to })
    await work()
    expect(await retry(test.postern, id, '*')).toEqual({
      kind: 'refused',
      reason: 'the email is sent',
    })
    answer = () => ({ kind: 'rejected', reason: '550' })
    const all = await accepted({ to })
    await work()
    answer = () => ({ kind: 'sent' })
    expect(await retry(test.postern, all, '*')).toMatchObject({
      kind: 'done',
      email: { state: 'queued', attempts: 0, since: test.clock.now() },
    })
    expect((await test.postern.emails.get(all, '*'))!.settledAt).toBeUndefined()
    await work()
    expect(await test.postern.emails.get(all, '*')).toMatchObject({ state: 'sent' })
    expect(smtp.parcels.at(-1)!.envelope.to).toEqual(['yes@there.test', 'no@there.test'])
  })

  it('of an email that waits for its engine has the engine tried again, and all that wait', async () => {
    answer = () => ({ kind: 'blocked', reason: '535 no' })
    const id = await accepted()
    await work()
    const behind = await accepted()
    await work()
    answer = () => ({ kind: 'sent' })
    await work()
    expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'queued' })
    expect(await retry(test.postern, behind, '*')).toMatchObject({ kind: 'done' })
    await work()
    expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'sent' })
    expect(await test.postern.emails.get(behind, '*')).toMatchObject({ state: 'sent' })
  })

  it('of an email that waits for its own next attempt is refused', async () => {
    answer = () => ({ kind: 'deferred', reason: '450 later' })
    const id = await accepted()
    await work()
    expect(await retry(test.postern, id, '*')).toEqual({
      kind: 'refused',
      reason: 'the email is queued',
    })
  })

  it('of a held email is for the recipients in doubt alone', async () => {
    const id = await heldInDoubt()
    answer = () => ({ kind: 'sent' })
    await retry(test.postern, id, '*')
    await work()
    expect(smtp.parcels.at(-1)!.envelope.to).toEqual(['bob@there.test'])
    const email = await test.postern.emails.get(id, '*')
    expect(email?.recipients.map(({ state }) => state)).toEqual(['sent', 'failed'])
  })

  it('again puts the job that a crash has swallowed', async () => {
    answer = () => ({ kind: 'rejected', reason: '550' })
    const id = await accepted()
    await work()
    answer = () => ({ kind: 'sent' })
    const queue = { ...test.postern.queue, put: () => Promise.reject(new Error('crash')) }
    await expect(retry({ ...test.postern, queue }, id, '*')).rejects.toThrow('crash')
    await work()
    expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'queued' })
    expect(await retry(test.postern, id, '*')).toMatchObject({ kind: 'refused' })
    await work()
    expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'sent' })
  })

  it('puts no job without content next to one that brings it', async () => {
    const id = await accepted()
    const { depth } = await test.postern.queue.depth(test.clock.now(), '*')
    expect(await retry(test.postern, id, '*')).toEqual({
      kind: 'refused',
      reason: 'the email is queued',
    })
    expect(await test.postern.queue.depth(test.clock.now(), '*')).toMatchObject({ depth })
    await work()
  })
})

describe('the first decision', () => {
  type Wish = 'cancel' | 'reschedule' | 'retry'

  it('a canceled email is never sent, and a sent one never canceled', async () => {
    const seen = new Set<string>()
    const wishes = fc.array(fc.constantFrom<Wish>('cancel', 'cancel', 'reschedule', 'retry'), {
      minLength: 1,
      maxLength: 3,
    })
    const workers = fc.integer({ min: 1, max: 3 })
    const race = fc.asyncProperty(
      fc.scheduler(),
      wishes,
      workers,
      fc.boolean(),
      async (s, wishes, workers, defers) => {
        const id = await accepted({ scheduledAt: test.clock.now() })
        const email = (await test.postern.emails.get(id, '*'))!
        answer = () => (defers ? { kind: 'deferred', reason: '451' } : { kind: 'sent' })
        const postern = interleaved(test.postern, s)
        const deliveries = Array.from({ length: workers }, () => deliver(postern, jobOf(email)))
        const managed = wishes.map((wish) => grant(postern, id, wish))
        await s.waitFor(Promise.all(deliveries))
        const ends = await s.waitFor(Promise.all(managed))
        const canceled = ends.some(({ kind }, i) => wishes[i] === 'cancel' && kind === 'done')
        const after = (await test.postern.emails.get(id, '*'))!
        const attempts = after.timeline.filter(({ what }) => what === 'attempt').length
        expect(copies(id)).toBe(attempts)
        expect(after.state === 'canceled').toBe(canceled)
        if (canceled && !defers) expect(copies(id)).toBe(0)
        if (after.state === 'sent') expect(copies(id)).toBe(1)
        expect(copies(id)).toBeLessThanOrEqual(1)
        seen.add(`${after.state} ${copies(id)}`)
        await work()
        if (canceled) expect(copies(id)).toBe(attempts)
      },
    )
    await fc.assert(race, { numRuns: 150 })
    // Both won, in some of the races.
    expect([...seen]).toEqual(expect.arrayContaining(['canceled 0', 'sent 1', 'queued 1']))
  })

  function grant(postern: Postern, id: string, wish: Wish) {
    if (wish === 'cancel') return cancel(postern, id, '*')
    if (wish === 'retry') return retry(postern, id, '*')
    return reschedule(postern, id, '*', postern.clock.now())
  }

  /** The same Postern, whose records are read and written in an order that fast-check chooses. */
  function interleaved(postern: Postern, s: fc.Scheduler): Postern {
    const { emails: real } = postern
    async function inTurn<Result>(call: () => Promise<Result>): Promise<Result> {
      await s.schedule(Promise.resolve())
      return call()
    }
    const emails: Emails = {
      ...real,
      claim: (...args) => inTurn(() => real.claim(...args)),
      settle: (...args) => inTurn(() => real.settle(...args)),
      change: (...args) => inTurn(() => real.change(...args)),
      get: (...args) => inTurn(() => real.get(...args)),
    }
    return { ...postern, emails }
  }
})

async function accepted(change: Partial<EmailRequest> = {}): Promise<string> {
  const answer = await accept(test.postern, asking(emailRequest(change)), {
    owner: 'local',
    project: 'default',
    scope: '*',
    capture: false,
  })
  if (answer.kind !== 'accepted') throw new Error(answer.kind)
  return answer.id
}

/** An email that may have reached one recipient, and was refused for the other. */
async function heldInDoubt(): Promise<string> {
  answer = () => ({
    kind: 'ambiguous',
    reason: 'lost',
    refused: [{ address: 'no@there.test', kind: 'rejected', reason: '550' }],
  })
  const to = [{ address: 'bob@there.test' }, { address: 'no@there.test' }]
  const id = await accepted({ to, onAmbiguous: 'hold' })
  await work()
  return id
}

const copies = (id: string) => smtp.parcels.filter((parcel) => parcel.id === id).length

/** What a worker does until nothing is due. */
async function work() {
  const { queue } = test.backend
  for (let jobs = queue.take(10, 10); jobs.length > 0; jobs = queue.take(10, 10))
    for (const job of jobs) {
      const end = await deliver(test.postern, job)
      if (end.kind === 'acknowledge') await queue.acknowledge(job)
      else await queue.defer(job, test.clock.now() + Math.max(1, end.seconds) * 1_000)
    }
}
