import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import { jobOf } from '../../../mail/email/job.ts'
import { contentKey } from '../../../mail/content.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { isOpen, makeGroup } from '../../../mail/deliver/groups.ts'
import { retry } from '../../../mail/manage/manage.ts'
import type { Outcome } from '../../../mail/email/outcome.ts'
import type { GroupStop } from '../../../mail/ports/groups.ts'
import type { Postern } from '../../../mail/ports/postern.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'

const hour = 3_600_000
const day = 24 * hour

let test: TestPostern
let answer: Outcome
let smtp: ReturnType<typeof scriptedEngine>
let group: string

beforeEach(async () => {
  answer = { kind: 'sent' }
  smtp = scriptedEngine('smtp', () => answer)
  test = await openPostern({ engines: { smtp: smtp.engine }, settings: { engine: 'smtp' } })
  group = (await makeGroup(test.postern, 'default')).id
})
afterEach(() => test.close())

describe('an email whose group is canceled', () => {
  it('is canceled when its time comes, and no engine gets it', async () => {
    const id = await accepted(test.clock.now() + hour)
    await stop('cancel')
    expect((await record(id)).state).toBe('scheduled')
    await test.clock.advance(hour)
    expect(await work(id)).toEqual({ kind: 'acknowledge' })
    expect(await record(id)).toMatchObject({
      state: 'canceled',
      recipients: [{ state: 'canceled' }],
    })
    expect(smtp.parcels).toEqual([])
  })

  it('leaves after all when the group is let go in time', async () => {
    const id = await accepted(test.clock.now() + hour)
    await stop('cancel')
    await stop(undefined)
    await test.clock.advance(hour)
    await work(id)
    expect((await record(id)).state).toBe('sent')
  })

  it('is canceled too when it waits for another attempt', async () => {
    answer = { kind: 'deferred', reason: '451' }
    const id = await accepted()
    await work(id)
    await stop('cancel')
    await test.clock.advance(hour)
    await work(id)
    expect((await record(id)).state).toBe('canceled')
    expect(smtp.parcels).toHaveLength(1)
  })

  it('is not sent though the stop came between the look at the group and the claim', async () => {
    const id = await accepted()
    const postern = beforeClaim(() => stop('cancel'))
    expect(await work(id, postern)).toEqual({ kind: 'defer', seconds: 0 })
    expect(await record(id)).toMatchObject({ state: 'queued', attempts: 0 })
    expect(await work(id)).toEqual({ kind: 'acknowledge' })
    expect((await record(id)).state).toBe('canceled')
    expect(smtp.parcels).toEqual([])
  })

  it('is left to the worker that was sending it before', async () => {
    const id = await accepted()
    await test.postern.emails.claim(id, test.clock.now(), 75)
    await stop('cancel')
    expect(await work(id)).toEqual({ kind: 'defer', seconds: 75 })
    expect((await record(id)).state).toBe('sending')
  })
})

describe('an email whose group is paused', () => {
  it('waits without an attempt, and leaves once the group is let go', async () => {
    const id = await accepted(test.clock.now() + hour)
    await stop('pause')
    await test.clock.advance(hour)
    expect(await work(id)).toEqual({ kind: 'defer', seconds: 300 })
    expect(await record(id)).toMatchObject({ state: 'scheduled', revision: 1 })
    await stop(undefined)
    await work(id)
    expect(await record(id)).toMatchObject({ state: 'sent', attempts: 1 })
  })

  it('is not sent though the pause came between the look at the group and the claim', async () => {
    const id = await accepted()
    const postern = beforeClaim(() => stop('pause'))
    expect(await work(id, postern)).toEqual({ kind: 'defer', seconds: 0 })
    expect(await work(id)).toEqual({ kind: 'defer', seconds: 300 })
    expect(smtp.parcels).toEqual([])
  })

  it('is held with its content after 72 hours, for a person to decide', async () => {
    const id = await accepted(test.clock.now() + hour)
    await stop('pause')
    await test.clock.advance(hour + 72 * hour - 1)
    expect(await work(id)).toEqual({ kind: 'defer', seconds: 300 })
    await test.clock.advance(1)
    expect(await work(id)).toEqual({ kind: 'acknowledge' })
    expect(await record(id)).toMatchObject({
      state: 'held',
      lastReason: 'it was paused with its batch for 72 hours',
    })
    expect(await test.postern.blobs.get(contentKey(id))).toBeDefined()
    await stop(undefined)
    await retry(test.postern, id, '*')
    await work(id)
    expect((await record(id)).state).toBe('sent')
  })
})

describe('a group', () => {
  it('can be joined for 30 days, and holds what joined last for a week more', async () => {
    await test.clock.advance(30 * day - 1)
    expect(await isOpen(test.postern, group, '*')).toBe(true)
    await test.clock.advance(1)
    expect(await isOpen(test.postern, group, '*')).toBe(false)
    await stop('cancel')
    await test.clock.advance(7 * day - 1)
    expect(await test.postern.groups.get(group, '*', test.clock.now())).toMatchObject({
      stop: 'cancel',
    })
    await test.clock.advance(1)
    expect(await test.postern.groups.get(group, '*', test.clock.now())).toBeUndefined()
  })

  it('that was never made cannot be joined', async () => {
    expect(await isOpen(test.postern, 'nobody', '*')).toBe(false)
  })
})

async function accepted(scheduledAt?: number): Promise<string> {
  const request = emailRequest({ group, ...(scheduledAt && { scheduledAt }) })
  const answer = await accept(test.postern, asking(request), {
    owner: 'local',
    project: 'default',
    scope: '*',
    capture: false,
  })
  return answer.kind === 'accepted' ? answer.id : answer.kind
}

async function stop(wish: GroupStop | undefined) {
  await test.postern.groups.stop(group, '*', wish, test.clock.now())
}

async function record(id: string) {
  return (await test.postern.emails.get(id, '*'))!
}

async function work(id: string, postern: Postern = test.postern) {
  return deliver(postern, jobOf(await record(id)))
}

/** What happens at the worst moment: after a worker looked, before it claims. */
function beforeClaim(happens: () => Promise<void>): Postern {
  const { emails } = test.postern
  const claim: typeof emails.claim = async (...args) => {
    await happens()
    return emails.claim(...args)
  }
  return { ...test.postern, emails: { ...emails, claim } }
}
