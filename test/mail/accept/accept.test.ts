import { afterEach, describe, expect, it } from 'vitest'
import { accept, type AcceptOptions } from '../../../mail/accept/accept.ts'
import type { Caller } from '../../../mail/keys/caller.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import { contentKey } from '../../../mail/content.ts'
import type { Arrival } from '../../../mail/ports/intake.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import { settingsInForce } from '../../../mail/configure/in-force.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'
import { stepped } from '../stepped.ts'

const caller: Caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const once = { idempotency: { key: 'order-1', bodyHash: 'a' } }
const hour = 3_600_000

let test: TestPostern
let smtp: ReturnType<typeof scriptedEngine>
afterEach(() => test.close())

describe('accepting an email', () => {
  it('keeps the content, the record and the job, in this order, before it says yes', async () => {
    await open()
    const { postern, calls } = watched()
    const id = await idOf(accept(postern, asking(emailRequest()), caller, once))
    expect(calls).toEqual([
      'idempotency.begin',
      'blobs.put',
      'emails.create',
      'queue.put',
      'idempotency.finish',
    ])
    expect(await test.postern.emails.get(id, '*')).toMatchObject({
      state: 'queued',
      owner: 'local',
      messageId: `<${id}@caller.test>`,
      createdAt: test.clock.now(),
      recipients: [{ address: 'bob@there.test', state: 'queued' }],
      timeline: [{ at: test.clock.now(), what: 'accepted' }],
    })
    expect(test.backend.queue.take(10, 10)).toMatchObject([{ id, capture: false, recipients: 1 }])
  })

  it('takes every mailbox of To, Cc and Bcc once into the envelope, however it is spelled', async () => {
    await open()
    const bob = { address: 'Bob@there.test' }
    const [capital, other] = [{ address: 'BOB@there.test' }, { address: 'c@there.test', name: 'C' }]
    const id = await accepted({ to: [bob, capital], cc: [bob, other], bcc: [other, capital] })
    const email = await test.postern.emails.get(id, '*')
    expect(email?.recipients.map(({ address }) => address)).toEqual([
      'Bob@there.test',
      'c@there.test',
    ])
    await work()
    expect(smtp.parcels.map(({ envelope }) => envelope.to)).toEqual([
      ['Bob@there.test', 'c@there.test'],
    ])
  })

  it('says whom the settings put in From, where the caller names no address', async () => {
    await open()
    const { address } = (await test.postern.inForce.current()).settings.from
    const id = await accepted({ from: { name: 'Ann' } })
    const { from, timeline } = (await test.postern.emails.get(id, '*'))!
    expect([from, timeline]).toEqual([
      { name: 'Ann' },
      [{ at: test.clock.now(), what: 'accepted', from: address }],
    ])
  })

  it('keeps the Message-ID that its caller chose, and says what of it was left out', async () => {
    await open()
    const messageId = '<ticket-42.1@desk.test>'
    const id = await accepted({ messageId, notes: ['left out: the header Date', 'and another'] })
    const email = await test.postern.emails.get(id, '*')
    expect(email).toMatchObject({
      messageId,
      timeline: [{ what: 'accepted', reason: 'left out: the header Date; and another' }],
    })
    expect(email).not.toHaveProperty('notes')
    await work()
    expect(smtp.parcels).toMatchObject([{ id, messageId }])
  })

  it('for later keeps its content apart, and its job waits for its time', async () => {
    await open()
    const scheduledAt = test.clock.now() + hour
    const id = await accepted({ scheduledAt })
    expect(await test.postern.emails.get(id, '*')).toMatchObject({
      state: 'scheduled',
      dueAt: scheduledAt,
      since: scheduledAt,
    })
    expect(await test.postern.blobs.get(contentKey(id))).toBeDefined()
    expect(test.backend.queue.take(10, 10)).toEqual([])
    await test.clock.advance(hour)
    await work()
    expect(smtp.parcels.map((parcel) => parcel.id)).toEqual([id])
  })

  it('is refused while mail is switched off', async () => {
    await open({ engine: 'disabled' })
    expect(await accept(test.postern, asking(emailRequest()), caller)).toEqual({
      kind: 'unavailable',
      reason: 'mail is off: the engine is "disabled"',
    })
  })

  it('is refused with the reason while the settings are broken and none were good', async () => {
    await open()
    const broken = { settings: { engine: 'fax' }, version: 'x' }
    const store = { ...test.postern.settings, read: async () => broken }
    const inForce = settingsInForce({ store, clock: test.clock })
    const answer = await accept({ ...test.postern, inForce }, asking(emailRequest()), caller)
    expect(answer).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringMatching(/engine: /) as string,
    })
  })

  it('goes on with the last good settings when the saved ones are broken', async () => {
    await open()
    await test.configure({ engine: 'fax' })
    expect(await accept(test.postern, asking(emailRequest()), caller)).toMatchObject({
      kind: 'accepted',
    })
  })

  it('is refused without a sender when there is no default one', async () => {
    await open({ from: { address: null } })
    expect(
      await accept(test.postern, asking(emailRequest({ from: { name: 'Ann' } })), caller),
    ).toMatchObject({
      kind: 'invalid',
      faults: [{ field: 'from', kind: 'missing' }],
    })
  })

  it('names the default sender in the Message-ID where the caller names none', async () => {
    await open()
    const id = await accepted({ from: {} })
    expect((await test.postern.emails.get(id, '*'))?.messageId).toBe(`<${id}@own.test>`)
  })

  it('is forbidden from another domain than that of the key', async () => {
    await open()
    const as = (domain: string, request: EmailRequest) =>
      accept(test.postern, asking(request), { ...caller, domain })
    expect(await as('caller.test', emailRequest())).toMatchObject({ kind: 'accepted' })
    expect(await as('own.test', emailRequest({ from: {} }))).toMatchObject({ kind: 'accepted' })
    for (const domain of ['own.test', 'aller.test', 'sub.caller.test', 'test'])
      expect(await as(domain, emailRequest())).toMatchObject({ kind: 'forbidden' })
    expect(await as('caller.test', emailRequest({ from: {} }))).toMatchObject({ kind: 'forbidden' })
  })

  it.each<[string, SavedSettings, Partial<Caller>, AcceptOptions, boolean]>([
    ['the engine is noop', { engine: 'noop' }, {}, {}, true],
    ['the key captures', { engine: 'smtp' }, { capture: true }, {}, true],
    ['neither is so', { engine: 'smtp' }, {}, {}, false],
    ['a person chose an engine', { engine: 'noop' }, {}, { engine: 'smtp' }, false],
  ])(
    'when %s decides for good whether it is captured',
    async (_, settings, who, options, capture) => {
      await open(settings)
      const id = await idOf(
        accept(test.postern, asking(emailRequest()), { ...caller, ...who }, options),
      )
      expect((await test.postern.emails.get(id, '*'))?.capture).toBe(capture)
      await test.configure({ engine: capture ? 'smtp' : 'noop' })
      await work()
      expect((await test.postern.emails.get(id, '*'))?.state).toBe(
        capture || !options.engine ? 'captured' : 'sent',
      )
    },
  )
})

describe('an Idempotency-Key', () => {
  it('gives the first answer again for the same request', async () => {
    await open()
    const first = await accept(test.postern, asking(emailRequest()), caller, once)
    const again = await accept(test.postern, asking(emailRequest()), caller, once)
    expect(first).toMatchObject({ kind: 'accepted', replayed: false })
    expect(again).toEqual({ ...first, replayed: true })
    await work()
    expect(await accept(test.postern, asking(emailRequest()), caller, once)).toEqual(again)
    await work()
    expect(smtp.parcels).toHaveLength(1)
  })

  it('gives the first answer also while mail is switched off, which a new request does not get', async () => {
    await open()
    const key = (name: string) => ({ idempotency: { key: name, bodyHash: 'a' } })
    const id = await idOf(accept(test.postern, asking(emailRequest()), caller, key('old')))
    await test.configure({ engine: 'disabled' })
    expect(await accept(test.postern, asking(emailRequest()), caller, key('old'))).toMatchObject({
      id,
    })
    expect(await accept(test.postern, asking(emailRequest()), caller, key('new'))).toMatchObject({
      kind: 'unavailable',
    })
  })

  it('of another request is a conflict, of another caller a key of its own', async () => {
    await open()
    const first = await idOf(accept(test.postern, asking(emailRequest()), caller, once))
    const other = { idempotency: { key: 'order-1', bodyHash: 'b' } }
    expect(await accept(test.postern, asking(emailRequest()), caller, other)).toEqual({
      kind: 'conflict',
    })
    const theirs = await idOf(
      accept(test.postern, asking(emailRequest()), { ...caller, owner: 'k2' }, once),
    )
    expect(theirs).not.toBe(first)
  })

  it('is running while the first request is, and for a minute after that died', async () => {
    await open()
    const letGo = Promise.withResolvers<void>()
    const { intake } = test.postern
    const stuck = {
      put: (these: readonly Arrival[]) => letGo.promise.then(() => intake.put(these)),
    }
    const first = accept({ ...test.postern, intake: stuck }, asking(emailRequest()), caller, once)
    await turn()
    expect(await accept(test.postern, asking(emailRequest()), caller, once)).toEqual({
      kind: 'running',
    })
    await test.clock.advance(59_999)
    expect(await accept(test.postern, asking(emailRequest()), caller, once)).toEqual({
      kind: 'running',
    })
    await test.clock.advance(1)
    const second = await idOf(accept(test.postern, asking(emailRequest()), caller, once))
    letGo.resolve()
    expect(await idOf(first)).toBe(second)
    await work()
    expect(smtp.parcels.map(({ id }) => id)).toEqual([second])
  })

  it('is forgotten after 24 hours', async () => {
    await open()
    const first = await idOf(accept(test.postern, asking(emailRequest()), caller, once))
    await test.clock.advance(24 * hour - 1)
    expect(await idOf(accept(test.postern, asking(emailRequest()), caller, once))).toBe(first)
    await test.clock.advance(1)
    expect(await idOf(accept(test.postern, asking(emailRequest()), caller, once))).not.toBe(first)
  })

  it('may be tried again at once after an error', async () => {
    await open()
    const { postern } = watched({ crashAt: 'before queue.put', survives: true })
    await expect(accept(postern, asking(emailRequest()), caller, once)).rejects.toThrow('crash')
    expect(await accept(test.postern, asking(emailRequest()), caller, once)).toMatchObject({
      kind: 'accepted',
      replayed: true,
    })
  })

  it('does not put a job again for an email that is under way', async () => {
    await open()
    const { postern } = watched({ crashAt: 'after queue.put' })
    await expect(accept(postern, asking(emailRequest()), caller, once)).rejects.toThrow('crash')
    await work()
    await test.clock.advance(60_000)
    const id = await idOf(accept(test.postern, asking(emailRequest()), caller, once))
    expect(test.backend.queue.take(10, 10)).toEqual([])
    expect(await test.postern.blobs.get(contentKey(id))).toBeUndefined()
  })

  it('leaves an email captured that was accepted as such, whatever the engine is at the replay', async () => {
    await open({ engine: 'noop' })
    const { postern } = watched({ crashAt: 'before queue.put' })
    await expect(accept(postern, asking(emailRequest()), caller, once)).rejects.toThrow('crash')
    await test.configure({ engine: 'smtp' })
    await test.clock.advance(60_000)
    const id = await idOf(accept(test.postern, asking(emailRequest()), caller, once))
    await work()
    expect(await test.postern.emails.get(id, '*')).toMatchObject({
      capture: true,
      state: 'captured',
    })
    expect(smtp.parcels).toEqual([])
  })
})

describe('a crash', () => {
  const steps = [
    'idempotency.begin',
    'blobs.put',
    'emails.create',
    'queue.put',
    'idempotency.finish',
  ]
  const points = steps.flatMap((step) => [`before ${step}`, `after ${step}`])

  it.each(points)('%s loses nothing, and the replay completes it once', async (crashAt) => {
    await open()
    for (const worksBetween of [true, false]) {
      const before = smtp.parcels.length
      const key = { idempotency: { key: `${crashAt} ${worksBetween}`, bodyHash: 'a' } }
      const { postern, began } = watched({ crashAt })
      await expect(accept(postern, asking(emailRequest()), caller, key)).rejects.toThrow('crash')
      if (worksBetween) await work()
      await test.clock.advance(60_000)
      const id = await idOf(accept(test.postern, asking(emailRequest()), caller, key))
      if (crashAt !== 'before idempotency.begin') expect(id).toBe(began()?.id)
      await work()
      expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'sent' })
      expect(smtp.parcels.slice(before).map((parcel) => parcel.id)).toEqual([id])
    }
  })

  it.each(points.filter((point) => !point.includes('idempotency')))(
    '%s of an email without a key tells no caller yes and sends at most one',
    async (crashAt) => {
      await open()
      const { postern } = watched({ crashAt })
      await expect(accept(postern, asking(emailRequest()), caller)).rejects.toThrow('crash')
      await work()
      expect(smtp.parcels.length).toBe(crashAt === 'after queue.put' ? 1 : 0)
    },
  )
})

async function open(settings: SavedSettings = {}) {
  smtp = scriptedEngine('smtp', () => ({ kind: 'sent' }))
  test = await openPostern({
    engines: { smtp: smtp.engine },
    settings: { engine: 'smtp', ...settings },
  })
}

async function accepted(change: Partial<EmailRequest>): Promise<string> {
  return idOf(accept(test.postern, asking(emailRequest(change)), caller))
}

async function idOf(acceptance: ReturnType<typeof accept>): Promise<string> {
  const answer = await acceptance
  if (answer.kind !== 'accepted') throw new Error(answer.kind)
  return answer.id
}

/** What a worker does until nothing is due. */
async function work() {
  const { queue } = test.backend
  for (let jobs = queue.take(10, 10); jobs.length > 0; jobs = queue.take(10, 10))
    for (const job of jobs) {
      const end = await deliver(test.postern, job)
      if (end.kind === 'acknowledge') await queue.acknowledge(job)
      else await queue.defer(job, test.clock.now() + end.seconds * 1_000)
    }
}

interface Watch {
  /** Such as `after emails.create`: from then on nothing works any more. */
  readonly crashAt?: string
  /** Only this one call fails. */
  readonly survives?: boolean
}

/** The same Postern through ports that write down what was called, and crash where they are told. */
function watched({ crashAt, survives = false }: Watch = {}) {
  const calls: string[] = []
  let isDead = false
  let entry: { id: string } | undefined
  function crash(point: string) {
    if (point === crashAt) isDead = true
    if (isDead) {
      isDead = !survives
      throw new Error('crash')
    }
  }
  const postern = stepped(test.postern, (point, args) => {
    crash(point)
    const [, call] = /^before (.*)/.exec(point) ?? []
    if (call) calls.push(call)
    if (call === 'idempotency.begin') entry = args[0] as { id: string }
  })
  return { postern, calls, began: () => entry }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
