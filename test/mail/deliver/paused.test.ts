import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pauseLane, resumeLane } from '../../../mail/configure/pause.ts'
import { accept } from '../../../mail/accept/accept.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { jobOf } from '../../../mail/email/job.ts'
import type { Stream } from '../../../mail/email/stream.ts'
import { retry } from '../../../mail/manage/manage.ts'
import type { LaneName } from '../../../mail/settings/paused-lanes.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'

const hour = 3_600_000

let test: TestPostern
let smtp: ReturnType<typeof scriptedEngine>

beforeEach(async () => {
  smtp = scriptedEngine('smtp', () => ({ kind: 'sent' }))
  test = await openPostern({ engines: { smtp: smtp.engine }, settings: { engine: 'smtp' } })
})
afterEach(() => test.close())

describe('an email of a paused lane', () => {
  it('waits without an attempt and without a write, and leaves once its lane is resumed', async () => {
    const id = await accepted('bulk')
    const before = await record(id)
    await pause({ stream: 'bulk', domain: null })
    // Its queue wakes it once the settings are others.
    expect(await work(id)).toEqual({ kind: 'defer', seconds: 72 * 3_600 })
    expect(await record(id)).toEqual(before)
    await resumeLane(test.postern, { stream: 'bulk', domain: null })
    await work(id)
    expect(await record(id)).toMatchObject({ state: 'sent', attempts: 1 })
  })

  it('looks again by itself where the queue cannot wake it, sooner after a short pause', async () => {
    const id = await accepted('bulk')
    await test.clock.advance(10 * 60_000)
    await pause({ stream: 'bulk', domain: null }, test.clock.now())
    const { queue } = test.postern
    const sqs = { ...queue, limits: { ...queue.limits, hastens: false } }
    const look = async () => deliver({ ...test.postern, queue: sqs }, jobOf(await record(id)))
    expect(await look()).toEqual({ kind: 'defer', seconds: 30 })
    await test.clock.advance(hour)
    expect(await look()).toEqual({ kind: 'defer', seconds: 360 })
  })

  it.each([
    ['bulk', 'there.test', true],
    ['bulk', 'elsewhere.test', false],
    ['transactional', 'there.test', false],
  ] as const)('waits by stream and domain: %s to %s: %s', async (stream, domain, waits) => {
    await pause({ stream: 'bulk', domain: 'there.test' })
    const id = await accepted(stream, `bob@${domain}`)
    expect((await work(id)).kind).toBe(waits ? 'defer' : 'acknowledge')
    expect(smtp.parcels).toHaveLength(waits ? 0 : 1)
  })

  it('waits too when it would be captured, with the whole stream', async () => {
    await test.configure({ engine: 'noop' })
    await pause({ stream: 'bulk', domain: null })
    expect((await work(await accepted('bulk'))).kind).toBe('defer')
    expect((await work(await accepted('transactional'))).kind).toBe('acknowledge')
  })

  it('is held after three days, with who paused it and why, and no queue forgets it', async () => {
    const id = await accepted('bulk')
    await pause({ stream: 'bulk', domain: null })
    await test.clock.advance(71 * hour)
    expect((await work(id)).kind).toBe('defer')
    await test.clock.advance(hour)
    await work(id)
    expect(await record(id)).toMatchObject({
      state: 'held',
      attempts: 0,
      lastReason: expect.stringMatching(
        /bulk stream is paused by Ann .*wrong list.* 72 hours/,
      ) as string,
    })
    expect((await retry(test.postern, id, '*')).kind).toBe('done')
    expect((await work(id)).kind).toBe('defer')
  })
})

describe('pausing', () => {
  it('saves who, when and why, once, and leaves every other setting and a paused engine alone', async () => {
    const { postern, clock } = test
    await postern.standing.pause('smtp', 0, { at: 0, until: clock.now() + hour, reason: '535' })
    const { saved } = await postern.inForce.current()
    expect((await pause({ stream: 'bulk', domain: null })).kind).toBe('done')
    expect((await pause({ stream: 'bulk', domain: null })).kind).toBe('idle')
    const now = await postern.inForce.refresh()
    expect(now.settings.streams.paused).toEqual([
      {
        stream: 'bulk',
        domain: null,
        by: 'Ann',
        at: '2026-11-30T12:00:00.000Z',
        reason: 'wrong list',
      },
    ])
    expect(now.saved).toMatchObject(saved)
    expect(await postern.standing.read('smtp')).toMatchObject({ pauses: 1, reason: '535' })
    const idle = await resumeLane(postern, { stream: 'bulk', domain: 'there.test' })
    expect(idle.kind).toBe('idle')
  })

  it('overwrites nothing that others save at the same time', async () => {
    const both = [
      pause({ stream: 'bulk', domain: null }),
      pause({ stream: 'transactional', domain: 'there.test' }),
      pause({ stream: 'bulk', domain: 'there.test' }),
    ]
    expect((await Promise.all(both)).map(({ kind }) => kind)).toEqual(['done', 'done', 'done'])
    const { settings } = await test.postern.inForce.refresh()
    expect(settings.streams.paused).toHaveLength(3)
  })

  it('is refused for the whole of what people wait for, for broken settings, and beyond its bound', async () => {
    expect(await pause({ stream: 'transactional', domain: null })).toMatchObject({
      kind: 'invalid',
      faults: [{ path: 'streams.paused.0.domain' }],
    })
    for (let n = 0; n < 20; n++) await pause({ stream: 'bulk', domain: `d${n}.test` })
    expect((await pause({ stream: 'bulk', domain: null })).kind).toBe('invalid')
    const { version } = await test.backend.settings.read()
    await test.backend.settings.write({ engine: 'pigeon' }, {}, version)
    expect(await pause({ stream: 'bulk', domain: null })).toMatchObject({
      kind: 'invalid',
      faults: [{ path: 'engine' }],
    })
  })
})

function pause(lane: LaneName, time = Date.parse('2026-11-30T12:00:00.000Z')) {
  const at = new Date(time).toISOString()
  return pauseLane(test.postern, { ...lane, by: 'Ann', at, reason: 'wrong list' })
}

async function accepted(stream: Stream, to = 'bob@there.test'): Promise<string> {
  const caller = { owner: 'k', project: 'default', scope: '*', capture: false }
  const request = emailRequest({ stream, to: [{ address: to }] })
  const answer = await accept(test.postern, asking(request), caller)
  if (answer.kind !== 'accepted') throw new Error(answer.kind)
  return answer.id
}

async function record(id: string) {
  return (await test.postern.emails.get(id, '*'))!
}

async function work(id: string) {
  return deliver(test.postern, jobOf(await record(id)))
}
