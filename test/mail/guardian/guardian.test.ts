import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { jobOf } from '../../../mail/email/job.ts'
import type { Signal } from '../../../mail/email/signal.ts'
import type { Stream } from '../../../mail/email/stream.ts'
import { guardian } from '../../../mail/guardian/guardian.ts'
import { resumeSender } from '../../../mail/guardian/resume.ts'
import { receive } from '../../../mail/report/receive.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'

const hour = 3_600_000
const sender = { project: 'default', domain: 'caller.test' }

let test: TestPostern
let ses: ReturnType<typeof scriptedEngine>

beforeEach(async () => {
  ses = scriptedEngine('ses', () => ({ kind: 'sent' }))
  const settings = { engine: 'ses', guardian: { leastRecipients: 10 } }
  test = await openPostern({ engines: { ses: ses.engine }, settings })
})
afterEach(() => test.close())

describe('a sender whose recipients bounce', () => {
  it('is warned of, then held: its bulk email waits, and is told of once', async () => {
    const ids = await sent(50)
    await bounce(ids[0]!)
    expect(await levels()).toEqual(['warned'])
    await bounce(ids[1]!)
    expect(await levels()).toEqual(['held'])
    const id = await accepted('bulk')
    const before = await record(id)
    expect(await work(id)).toEqual({ kind: 'defer', seconds: 900 })
    expect(await record(id)).toEqual(before)
    expect(ses.parcels).toHaveLength(50)
    await look()
    expect(await told()).toEqual(['guardian.held', 'guardian.warned'])
  })

  it('still sends what one person waits for, and no other sender or project waits', async () => {
    await hold()
    for (const [stream, change] of [
      ['transactional', {}],
      ['bulk', { from: { address: 'ann@other.test' } }],
      ['bulk', { project: 'shop' }],
    ] as const)
      expect((await work(await accepted(stream, change))).kind).toBe('acknowledge')
  })

  it('goes on when a person says so, and is not held again for the same', async () => {
    await hold()
    const id = await accepted('bulk')
    const resumer = { scope: '*', by: 'Ann' }
    expect(await resumeSender(test.postern, sender, { ...resumer, scope: 'shop' })).toBe(false)
    expect(await resumeSender(test.postern, sender, resumer)).toBe(true)
    expect(await resumeSender(test.postern, sender, resumer)).toBe(false)
    expect((await work(id)).kind).toBe('defer')
    await look()
    expect((await work(id)).kind).toBe('acknowledge')
    await test.clock.advance(2 * hour)
    expect(await levels()).toEqual([])
    expect(await told()).toContain('guardian.resumed')
    const again = await sent(50)
    for (const one of again.slice(0, 2)) await bounce(one)
    expect(await levels()).toEqual(['held'])
  })

  it('goes on by itself when the rate falls, by what it sends or by time', async () => {
    await hold()
    await sent(60, 'transactional')
    expect(await levels()).toEqual([])
    for (const id of (await sent(50)).slice(0, 8)) await bounce(id)
    expect(await levels()).toEqual(['held'])
    await test.clock.advance(73 * hour)
    expect(await levels()).toEqual([])
  })

  it('is held for every process, and told of once by all of them', async () => {
    const ids = await sent(50)
    for (const id of ids.slice(0, 2)) await bounce(id)
    const others = Array.from({ length: 5 }, () => guardian(test.postern))
    await test.postern.guardian.close()
    await Promise.all(others.map((one) => one.look()))
    expect(others.map((one) => one.holdOf(sender)?.level)).toEqual(Array(5).fill('held'))
    expect(await told()).toEqual(['guardian.held'])
  })

  it('has bulk email held for a person after three days, with the reason', async () => {
    await test.configure({ engine: 'ses', guardian: { leastRecipients: 10, windowHours: 168 } })
    await hold()
    const id = await accepted('bulk')
    await test.clock.advance(71 * hour)
    expect((await work(id)).kind).toBe('defer')
    await test.clock.advance(hour)
    await work(id)
    expect(await record(id)).toMatchObject({
      state: 'held',
      attempts: 0,
      lastReason: expect.stringMatching(/caller.test is held back: 4 % of 50 bounced/) as string,
    })
  })

  it('is judged by hard bounces and complaints, each once, and by nothing else', async () => {
    const ids = await sent(30)
    const quiet: Partial<Signal>[] = [
      { kind: 'bounced', bounce: 'soft' },
      { kind: 'bounced', bounce: 'policy' },
      { kind: 'bounced', bounce: 'autoReply' },
      { kind: 'delivered' },
      { kind: 'suppressed', origin: 'bounce' },
      { kind: 'bounced', bounce: 'hard', source: 'capture' },
    ]
    for (const [n, signal] of quiet.entries()) await tell(ids[n]!, signal)
    for (let n = 0; n < 5; n++) await tell(ids[9]!, { kind: 'bounced', bounce: 'hard' })
    await tell(ids[10]!, { kind: 'complained' })
    await tell(ids[11]!, { kind: 'suppressed', weighs: true })
    await tell(ids[12]!, { kind: 'bounced', bounce: 'hard', source: 'engine' })
    await look()
    expect(await test.postern.reputation.read('*', 0)).toMatchObject([
      { ...sender, sent: 30, bounced: 3, complained: 1 },
    ])
  })

  it('counts those who are refused at once, and none that is captured', async () => {
    ses = scriptedEngine('ses', () => ({ kind: 'rejected', reason: '550 5.1.1 unknown' }))
    await test.close()
    test = await openPostern({ engines: { ses: ses.engine }, settings: { engine: 'ses' } })
    await sent(3)
    await test.configure({ engine: 'noop' })
    await sent(3)
    await test.postern.guardian.close()
    expect(await test.postern.reputation.read('*', 0)).toMatchObject([{ sent: 3, bounced: 0 }])
  })
})

async function hold() {
  for (const id of (await sent(50)).slice(0, 2)) await bounce(id)
  expect(await levels()).toEqual(['held'])
}

/** Together: they share commits. */
async function sent(count: number, stream: Stream = 'bulk'): Promise<string[]> {
  const ids = await Promise.all(Array.from({ length: count }, () => accepted(stream)))
  await Promise.all(ids.map(work))
  return ids
}

type Change = Parameters<typeof emailRequest>[0] & { readonly project?: string }

let counter = 0

async function accepted(stream: Stream, change: Change = {}): Promise<string> {
  const { project = 'default', ...rest } = change
  const to = [{ address: `bob${counter++}@there.test` }]
  const request = asking(emailRequest({ stream, to, ...rest }))
  const caller = { owner: 'local', scope: '*', project, capture: false }
  const accepted = await accept(test.postern, request, caller)
  if (accepted.kind !== 'accepted') throw new Error(accepted.kind)
  return accepted.id
}

const bounce = (id: string) => tell(id, { kind: 'bounced', bounce: 'hard', reported: true })

async function tell(emailId: string, signal: Partial<Signal>) {
  const at = test.clock.now()
  const base = { source: 'ses', key: `${emailId} ${signal.kind}`, kind: 'bounced', at } as const
  await receive(test.postern, { ...base, emailId, ...signal })
}

/** As after 15 seconds. */
async function look() {
  await test.clock.advance(15_000)
  await test.postern.guardian.look()
}

async function levels() {
  await look()
  return test.postern.guardian.watched().map(({ level }) => level)
}

async function told() {
  const { data } = await test.postern.events.list({ scope: '*', limit: 100 })
  return data
    .map(({ type }) => type)
    .filter((type) => type.startsWith('guardian'))
    .sort()
}

const record = async (id: string) => (await test.postern.emails.get(id, '*'))!

const work = async (id: string) => deliver(test.postern, jobOf(await record(id)))
