import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import { settingsInForce } from '../../../mail/configure/in-force.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { sendWithCandidate } from '../../../mail/doctor/test-candidate.ts'
import type { EngineName } from '../../../mail/email/engine-name.ts'
import { jobOf, type Job } from '../../../mail/email/job.ts'
import type { Outcome } from '../../../mail/email/outcome.ts'
import { retry } from '../../../mail/manage/manage.ts'
import { release } from '../../../mail/manage/release.ts'
import type { Postern } from '../../../mail/ports/postern.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'

const caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const to = { address: 'tester@own.test' }

let test: TestPostern
let answer: Outcome
let smtp: ReturnType<typeof scriptedEngine>
let ses: ReturnType<typeof scriptedEngine>

beforeEach(async () => {
  answer = { kind: 'deferred', reason: '450 later' }
  smtp = scriptedEngine('smtp', () => answer)
  ses = scriptedEngine('ses', () => ({ kind: 'sent' }))
  const engines = { smtp: smtp.engine, ses: ses.engine }
  test = await openPostern({ engines, settings: { engine: 'noop' } })
})
afterEach(() => test.close())

/** What waits when Postern starts again with a lock, by how it came to wait. */
const waiting: readonly [string, () => Promise<string>][] = [
  ['was released through an engine', released],
  ['was released, given up, and is retried', givenUpAndRetried],
  ['was accepted while another engine was in force', accepted],
]

describe('an email that waits when Postern starts with the engine locked to noop', () => {
  it.each(waiting)('is captured when it %s', async (_, make) => {
    const id = await make()
    const handed = smtp.parcels.length
    const locked = restarted('noop')
    await deliver(locked, await jobFor(id))
    expect(await locked.emails.get(id, '*')).toMatchObject({ state: 'captured' })
    expect([smtp.parcels.length, ses.parcels.length]).toEqual([handed, 0])
  })

  it('is captured when its job names an engine that its record does not', async () => {
    const id = await accepted()
    await deliver(restarted('noop'), { ...(await jobFor(id)), engine: 'ses' })
    expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'captured' })
    expect(ses.parcels).toEqual([])
  })

  it('is not sent by a retry under the lock', async () => {
    const id = await givenUp()
    const handed = smtp.parcels.length
    const locked = restarted('noop')
    expect(await retry(locked, id, '*')).toMatchObject({ kind: 'done' })
    await deliver(locked, await jobFor(id))
    expect(await locked.emails.get(id, '*')).toMatchObject({ state: 'captured' })
    expect(smtp.parcels).toHaveLength(handed)
  })
})

describe('an email that waits when Postern starts with the engine locked to disabled', () => {
  it.each(waiting)('goes on waiting when it %s', async (_, make) => {
    const id = await make()
    const handed = smtp.parcels.length
    const disposition = await deliver(restarted('disabled'), await jobFor(id))
    expect(disposition).toMatchObject({ kind: 'defer' })
    expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'queued' })
    expect(smtp.parcels).toHaveLength(handed)
  })
})

describe('a lock on an engine that sends', () => {
  it('has the last word over the engine that was chosen for an email before', async () => {
    const id = await released()
    const handed = smtp.parcels.length
    await deliver(restarted('ses'), await jobFor(id))
    expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'sent' })
    expect([smtp.parcels.length, ses.parcels.length]).toEqual([handed, 1])
  })

  it('leaves the choice among the engines that it names', async () => {
    answer = { kind: 'sent' }
    const id = await accepted()
    await deliver(restarted(['ses', 'smtp']), { ...(await jobFor(id)), engine: 'smtp' })
    expect([smtp.parcels.length, ses.parcels.length]).toEqual([1, 0])
  })
})

describe('a test email under a noop lock', () => {
  it('is captured, and an engine of the candidate is refused', async () => {
    const locked = restarted('noop')
    const from = { address: 'a@own.test' }
    const tried = (settings: SavedSettings) =>
      sendWithCandidate(locked, { settings }, { to }, caller)
    expect(await tried({ engine: 'smtp', from })).toMatchObject({ kind: 'faulty' })
    expect(await tried({ from })).toMatchObject({ email: { state: 'captured' } })
    expect([smtp.parcels, ses.parcels]).toEqual([[], []])
  })

  it('is captured even by a candidate that got past the check', async () => {
    const locked = restarted('noop')
    // A check that is fooled: the first look finds no locks.
    let looks = 0
    const inForce = {
      ...locked.inForce,
      get locks() {
        return looks++ === 0 ? {} : locked.inForce.locks
      },
    }
    const settings = { engine: 'smtp', from: { address: 'a@own.test' } }
    const tried = await sendWithCandidate({ ...locked, inForce }, { settings }, { to }, caller)
    expect(tried).toMatchObject({ email: { state: 'captured' } })
    expect(smtp.parcels).toEqual([])
  })
})

/** The same data, deployed again with a lock. */
function restarted(engine: EngineName | EngineName[]): Postern {
  const { backend, clock, postern } = test
  const locks = { engine }
  return { ...postern, inForce: settingsInForce({ store: backend.settings, clock, locks }) }
}

async function accepted(): Promise<string> {
  await test.configure({ engine: 'smtp' })
  const answer = await accept(test.postern, asking(emailRequest()), caller)
  if (answer.kind !== 'accepted') throw new Error(answer.kind)
  return answer.id
}

async function released(): Promise<string> {
  const captured = await accept(test.postern, asking(emailRequest()), caller)
  if (captured.kind !== 'accepted') throw new Error(captured.kind)
  await deliver(test.postern, await jobFor(captured.id))
  const again = await release(test.postern, captured.id, { to, engine: 'smtp' }, caller)
  if (again.kind !== 'accepted') throw new Error(again.kind)
  return again.id
}

async function givenUp(): Promise<string> {
  const id = await released()
  answer = { kind: 'rejected', reason: '550 no' }
  await deliver(test.postern, await jobFor(id))
  expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'failed', engine: 'smtp' })
  answer = { kind: 'sent' }
  return id
}

async function givenUpAndRetried(): Promise<string> {
  const id = await givenUp()
  await retry(test.postern, id, '*')
  return id
}

async function jobFor(id: string): Promise<Job> {
  return jobOf((await test.postern.emails.get(id, '*'))!)
}
