import type { KeptFor } from '../../mail/settings/kept-for.ts'
import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { once } from 'node:events'
import type { SQSRecord } from 'aws-lambda'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Received, Inbox } from '../../backends/aws/queue/inbox.ts'
import { messageGroup } from '../../backends/aws/queue/message-group.ts'
import { sender } from '../../functions/send/sender.ts'
import { accept } from '../../mail/accept/accept.ts'
import { idOf } from '../../mail/email/id.ts'
import { intakeInSteps } from '../../mail/accept/intake.ts'
import type { Job } from '../../mail/email/job.ts'
import type { Stream } from '../../mail/email/stream.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import { settingsSchema } from '../../mail/settings/settings.ts'
import { asking, emailRequest, openPostern, type TestPostern } from '../open-postern.ts'
import { startSmtpServer, type SmtpServer } from '../remote/smtp-server.ts'
import { aRecord } from './sqs-record.ts'

const local = { owner: 'local', project: 'default', scope: '*', capture: false }
const body = { from: 'ann@own.test', to: 'bob@there.test', subject: 'Hi', text: 'Hello' }

let test: TestPostern
let inbox: ReturnType<typeof openInbox>
let send: ReturnType<typeof sender>
let printed: string[]
const swept: number[] = []

beforeEach(async () => {
  test = await openPostern()
  open()
})

afterEach(async () => {
  vi.restoreAllMocks()
  await test.close()
})

describe('the send function', () => {
  it('delivers the jobs of a batch and acknowledges them', async () => {
    const jobs = await Promise.all([aJob(), aJob(), aJob()])
    expect(await batch(jobs.map((job) => asMessage(job)))).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ])
    for (const { id } of jobs)
      expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'captured' })
  })

  it('sends one message that is delivered twice, at the same time, once', async () => {
    const message = asMessage(await aJob())
    expect(await batch([message, message])).toContain('fulfilled')
    await batch([message])
    expect((await test.postern.captures.list({ scope: '*', limit: 10 })).data).toHaveLength(1)
  })

  it('takes the content of an email that was scheduled from the record it points to', async () => {
    const dueAt = test.clock.now() + 3_600_000
    const { id } = await aJob({ scheduledAt: dueAt })
    await test.clock.advance(3_600_000)
    const pointer = aRecord(JSON.stringify({ kind: 'pointer', id }))
    expect(await batch([pointer, pointer])).toContain('fulfilled')
    expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'captured' })
  })

  it('puts bulk that was scheduled on the queue once more, by its group, before it delivers it', async () => {
    const { id } = await aJob({ scheduledAt: test.clock.now() + 3_600_000, stream: 'bulk' })
    await test.clock.advance(3_600_000)
    await batch([aRecord(JSON.stringify({ kind: 'pointer', id }))])
    expect(inbox.fannedOut).toMatchObject([{ id, lane: 'bulk:capture' }])
    expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'scheduled' })
    await batch(inbox.fannedOut.map((job) => asMessage(job)))
    expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'captured' })
  })

  it('holds bulk to its share while codes wait, by the weights in force', async () => {
    await test.configure({ streams: { share: { transactional: 1, bulk: 1 } } })
    open()
    const streams = [...Array<Stream>(2).fill('transactional'), ...Array<Stream>(4).fill('bulk')]
    const jobs = await Promise.all(streams.map((stream) => aJob({ stream })))
    const sentAt = test.clock.now() - 5_000
    const records = jobs.map((job) => {
      const record = asMessage(job, sentAt)
      return { ...record, attributes: { ...record.attributes, MessageGroupId: messageGroup(job) } }
    })
    expect(await batch(records)).toEqual([
      ...Array<string>(4).fill('fulfilled'),
      ...Array<string>(2).fill('rejected'),
    ])
  })

  it('fans a request of several jobs out instead of delivering them', async () => {
    const jobs = await Promise.all([aJob(), aJob()])
    await batch([aRecord(JSON.stringify({ kind: 'request', jobs }))])
    expect(inbox.fannedOut.map(({ id }) => id)).toEqual(jobs.map(({ id }) => id))
    expect(await test.postern.emails.get(jobs[0].id, '*')).toMatchObject({ state: 'queued' })
  })

  it('accepts what a direct producer put, then delivers it', async () => {
    const record = aRecord(JSON.stringify({ kind: 'email', body }), { sentAt: test.clock.now() })
    expect(await batch([record])).toEqual(['fulfilled'])
    const id = idOf(record.messageId, test.clock.now())
    expect(await test.postern.emails.get(id, '*')).toMatchObject({
      state: 'captured',
      owner: 'queue',
    })
  })

  it('puts what a direct producer wants sent later where it may wait', async () => {
    const scheduled_at = new Date(test.clock.now() + 30 * 86_400_000).toISOString()
    const arrival = { kind: 'email', body: { ...body, scheduled_at } }
    await batch([aRecord(JSON.stringify(arrival), { sentAt: test.clock.now() })])
    expect(await test.postern.queue.depth(test.clock.now(), '*')).toMatchObject({ scheduled: 1 })
  })

  it.each([
    ['cannot be read', { kind: 'unreadable', reason: 'not JSON' }, 'not JSON'],
    ['is no email', { kind: 'email', body: { ...body, to: 'bob' } }, expect.stringMatching(/^to/)],
  ])('buries what %s, with the reason', async (_what, arrival, reason) => {
    const record = aRecord(JSON.stringify(arrival))
    expect(await batch([record, asMessage(await aJob())])).toEqual(['fulfilled', 'fulfilled'])
    expect(inbox.buried).toEqual([[record.body, reason]])
  })

  it('keeps what a direct producer put while mail is off, and buries it before SQS forgets it', async () => {
    await test.configure({ engine: 'disabled' })
    open()
    const record = aRecord(JSON.stringify({ kind: 'email', body }), { sentAt: test.clock.now() })
    expect(await batch([record])).toEqual(['rejected'])
    expect(inbox.deferred).toEqual([900])
    await test.clock.advance(73 * 3_600_000)
    expect(await batch([record])).toEqual(['fulfilled'])
    expect(inbox.buried).toHaveLength(1)
  })

  it('claims nothing of a paused lane, whose messages SQS hides for as long as a short pause may last', async () => {
    const bulk = await aJob({ stream: 'bulk' })
    const before = await test.postern.emails.get(bulk.id, '*')
    await test.configure({ streams: { paused: [{ stream: 'bulk' }] } })
    open()
    expect(await batch([asMessage(bulk), asMessage(await aJob())])).toEqual([
      'rejected',
      'fulfilled',
    ])
    expect(inbox.deferred).toEqual([30])
    expect(await test.postern.emails.get(bulk.id, '*')).toEqual(before)
    await test.configure({})
    open()
    expect(await batch([asMessage(bulk)])).toEqual(['fulfilled'])
  })

  it('claims nothing while every engine is paused, and looks again before the pause is over', async () => {
    await test.configure(smtpTo(1))
    open()
    const message = asMessage(await aJob())
    await test.postern.standing.pause('smtp', 0, {
      at: test.clock.now(),
      until: test.clock.now() + 400_000,
      reason: '535 no',
    })
    expect(await batch([message])).toEqual(['rejected'])
    expect(inbox.deferred).toEqual([30])
    expect(printed.join('')).not.toContain('"attempt"')
  })

  it('shares a rate out among all environments; what gets no turn stays unclaimed', async () => {
    const server = await startSmtpServer()
    await test.configure({ ...smtpTo(server.port), delivery: { ratePerSecond: 1 } })
    open({ senders: 2 })
    const jobs = await Promise.all(Array.from({ length: 10 }, () => aJob()))
    const dealing = batch(jobs.map((job) => asMessage(job)))
    // A turn every 2.06 s, as if the first had been half a second ago: at 0, 1.56 ... 13.93 s.
    await untilSent(server, 1)
    for (let turn = 2; turn <= 8; turn++) {
      await test.clock.advance(2_062)
      await untilSent(server, turn)
    }
    await test.clock.advance(1_000)
    const results = await dealing
    expect(results.filter((status) => status === 'rejected')).toHaveLength(2)
    const states = await Promise.all(jobs.map(({ id }) => test.postern.emails.get(id, '*')))
    expect(
      states.filter((email) => email!.state === 'queued' && email!.revision === 1),
    ).toHaveLength(2)
    await server.close()
  })

  it('leaves alone what has no room next to other large emails until it comes again', async () => {
    const server = await startSmtpServer({ rcpt: { wait: true, say: '250 2.1.5 ok' } })
    await test.configure(smtpTo(server.port))
    open()
    const jobs = await Promise.all([aJob(), aJob()])
    const dealing = batch(jobs.map((job) => asMessage({ ...job, size: 39_000_000 } as Job)))
    await once(server.events, 'wait')
    await test.clock.advance(16_000)
    server.release()
    expect((await dealing).sort()).toEqual(['fulfilled', 'rejected'])
    expect(server.emails).toHaveLength(1)
    const revisions = await Promise.all(jobs.map(({ id }) => test.postern.emails.get(id, '*')))
    expect(revisions.map((email) => email!.revision).sort()).toEqual([1, 3])
    await server.close()
  })

  it('captures under a noop lock what its record or its job wants sent through an engine', async () => {
    const server = await startSmtpServer()
    await test.configure(smtpTo(server.port))
    const [before, pinned] = [await aJob(), { ...(await aJob()), engine: 'smtp' }]
    open({ locks: { engine: 'noop' } })
    await batch([before, pinned].map((job) => asMessage(job)))
    await send.ask({ ask: 'deliver', job: { ...(await aJob()), engine: 'smtp' } }, 300_000)
    for (const { state } of (await test.postern.emails.list({ scope: '*', limit: 10 })).data)
      expect(state).toBe('captured')
    expect(server.emails).toEqual([])
    await server.close()
  })

  it('counts attempts and settled emails, and logs one line for each without any address', async () => {
    const { id } = await aJob()
    await batch([asMessage({ id })])
    const lines = printed.map((line) => JSON.parse(line) as Record<string, unknown>)
    const metricsOf = (name: string) => lines.filter((line) => name in line)
    expect(metricsOf('Settled')).toContainEqual(
      expect.objectContaining({ Settled: 1, State: 'captured', service: 'postern' }),
    )
    expect(metricsOf('Attempts')).toMatchObject([
      { Attempts: 1, Engine: 'noop', Outcome: 'captured', service: 'postern' },
    ])
    expect(metricsOf('WaitSeconds')).toHaveLength(1)
    expect(lines.filter(({ message }) => message === 'attempt')).toMatchObject([
      { id, state: 'captured', tries: [{ engine: 'noop', outcome: 'captured' }] },
    ])
    expect(printed.join('')).not.toMatch(/@|Hello|bob/)
  })

  it('counts an engine that is blocked, and logs none of the words of its server', async () => {
    const server = await startSmtpServer({ mail: '530 5.7.0 bob@there.test must log in' })
    await test.configure(smtpTo(server.port))
    open()
    const job = await aJob()
    await batch([asMessage(job)])
    await server.close()
    expect(await test.postern.emails.get(job.id, '*')).toMatchObject({
      state: 'queued',
      attempts: 0,
    })
    expect(printed.filter((line) => line.includes('"EngineBlocked":1'))).toHaveLength(1)
    expect(printed.join('')).not.toMatch(/@|must log in/)
  })

  it('counts every job that fails, and tells the words of AWS but no address', async () => {
    open()
    const words =
      'User: arn:aws:sts::1:x is not authorized to perform: s3:GetObject on b@there.test'
    const denied = Object.assign(new Error(words), { name: 'AccessDenied', $fault: 'client' })
    inbox.port.read = () => Promise.reject(new Error('cannot be read', { cause: denied }))
    await batch([aRecord('{}'), aRecord('{}')])
    expect(written('JobFailed')).toEqual([
      expect.objectContaining({ JobFailed: 2 }),
      expect.objectContaining({ JobFailed: 2, Error: 'AccessDenied' }),
    ])
    const told = printed.filter((line) => line.includes('job failed'))
    expect(told).toHaveLength(2)
    expect(told[0]).toContain('is not authorized to perform: s3:GetObject on …')
    expect(told.join('')).not.toContain('there.test')
  })

  it('counts what becomes held', async () => {
    await test.configure(smtpTo(1))
    const job = await aJob()
    await test.configure({ ...smtpTo(1), engine: 'disabled' })
    await test.clock.advance(73 * 3_600_000)
    open()
    await batch([asMessage(job)])
    expect(written('Held')).toMatchObject([{ Held: 1 }])
  })

  it('counts settled emails without their state too, as an alarm cannot add up states', async () => {
    await batch([asMessage(await aJob())])
    expect(written('Settled').map(({ Settled, State }) => [Settled, State])).toEqual([
      [1, undefined],
      [1, 'captured'],
    ])
  })

  it('tells whether an engine is paused, as it stands at the end, and nothing where none was asked', async () => {
    await batch([asMessage(await aJob())])
    expect(written('PausedEngines')).toEqual([])
    const server = await startSmtpServer({ mail: '530 5.7.0 log in first' })
    await test.configure(smtpTo(server.port))
    open()
    const job = await aJob()
    await batch([asMessage(job)])
    expect(written('PausedEngines')).toMatchObject([{ PausedEngines: 1 }])
    await batch([asMessage(job)])
    server.script = {}
    await test.clock.advance(60_000)
    await batch([asMessage(job)])
    expect(written('PausedEngines').map(({ PausedEngines }) => PausedEngines)).toEqual([1, 1, 0])
    await server.close()
  })

  it('tells how long the oldest has waited that is deferred, which SQS forgets', async () => {
    await test.configure({ engine: 'disabled' })
    open()
    const sentAt = test.clock.now() - 7_200_000
    const waiting = [60_000, 0].map((later) => aRecord('{}', { sentAt: sentAt + later }))
    inbox.port.read = async () => ({ kind: 'email', body })
    await batch(waiting)
    expect(written('DeferredSeconds')).toMatchObject([{ DeferredSeconds: 7_200 }])
  })

  it('counts that the saved settings are broken, and says once which', async () => {
    const { version } = await test.backend.settings.read()
    await test.backend.settings.write({ engine: 'pigeon' }, {}, version)
    open()
    await batch([asMessage(await aJob())])
    await batch([])
    expect(printed.filter((line) => line.includes('"SettingsBroken":1'))).toHaveLength(2)
    expect(printed.filter((line) => line.includes('settings broken'))).toHaveLength(1)
  })

  it('verifies candidates with the secrets it was given, and answers with verdicts alone', async () => {
    const secret = 'only-a-candidate'
    const settings = settingsSchema.parse(smtpTo(1))
    const secrets = { 'smtp.password': secret }
    const verdicts = await send.ask({ ask: 'verify', settings, secrets }, 300_000)
    expect(verdicts).toEqual({ smtp: { valid: false, reason: expect.any(String) as string } })
    expect(JSON.stringify(verdicts) + printed.join('')).not.toContain(secret)
  })

  it('warns of port 25, which no Lambda function reaches', async () => {
    const settings = settingsSchema.parse({ engine: 'smtp', smtp: { host: '127.0.0.1', port: 25 } })
    expect(await send.ask({ ask: 'verify', settings, secrets: {} }, 300_000)).toMatchObject({
      smtp: { valid: false, reason: expect.stringContaining('port 25') as string },
    })
  })

  it('sweeps contents as the settings say, and none where those are broken', async () => {
    await test.configure({ keepContentDays: 30 })
    open()
    await send.ask({ ask: 'sweep' }, 300_000)
    const { version } = await test.backend.settings.read()
    await test.backend.settings.write({ engine: 'pigeon' }, {}, version)
    open()
    await send.ask({ ask: 'sweep' }, 300_000)
    expect(swept).toEqual([30])
  })

  it('makes one attempt at once when it is asked to', async () => {
    const job = await aJob()
    expect(await send.ask({ ask: 'deliver', job }, 300_000)).toBeNull()
    expect(await test.postern.emails.get(job.id, '*')).toMatchObject({ state: 'captured' })
  })
})

/** The lines that have this metric. */
function written(name: string): Record<string, unknown>[] {
  return printed
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => name in line)
}

/** Jobs and the rest as plain JSON: how AWS's driver writes them is its own business. */
function openInbox() {
  const deferred: number[] = []
  const buried: [string, string][] = []
  const fannedOut: Job[] = []
  const port: { -readonly [Name in keyof Inbox]: Inbox[Name] } = {
    read: async ({ body }) => JSON.parse(body) as Received,
    defer: async (_receiptHandle, seconds) => void deferred.push(seconds),
    fanOut: async (jobs) => void fannedOut.push(...jobs),
    bury: async ({ body }, reason) => void buried.push([body, reason]),
  }
  return { port, deferred, buried, fannedOut }
}

function open({ senders = 5, locks = {} } = {}) {
  printed = []
  const print = (text: unknown) => void printed.push(String(text))
  const logger = new Logger({ serviceName: 'postern' })
  const metrics = new Metrics({ namespace: 'Postern/test', serviceName: 'postern' })
  for (const one of [logger, metrics] as unknown as { console: Console }[])
    one.console = { ...console, log: print, info: print, error: print }
  inbox = openInbox()
  const sweepContents = async ({ keepContentDays }: KeptFor) => swept.push(keepContentDays)
  // As SQS: what waits is woken by time alone.
  const limits = { ...test.backend.queue.limits, hastens: false }
  const queue = { ...test.backend.queue, limits }
  const backend = { ...test.backend, queue, inbox: inbox.port, sweepContents }
  send = sender({
    ...{ place: { defaults: {}, locks, senders }, backend, logger, metrics },
    memoryMb: 512,
  })
}

async function batch(Records: SQSRecord[]): Promise<string[]> {
  return (await send.batch({ Records }, 300_000)).map(({ status }) => status)
}

async function aJob(change: Parameters<typeof emailRequest>[0] = {}): Promise<Job> {
  const jobs: Job[] = []
  const queue = {
    ...test.backend.queue,
    put: async (put: readonly Job[]) => void jobs.push(...put),
  }
  const intake = intakeInSteps({ ...test.backend, queue })
  await accept({ ...test.postern, intake }, asking(emailRequest(change)), local)
  return jobs[0]!
}

function asMessage(job: Pick<Job, 'id'>, sentAt = test.clock.now()): SQSRecord {
  return aRecord(JSON.stringify({ kind: 'job', job }), { sentAt })
}

function smtpTo(port: number): SavedSettings {
  return { engine: 'smtp', smtp: { host: '127.0.0.1', port, security: 'none' } }
}

async function untilSent(server: SmtpServer, count: number) {
  await vi.waitFor(() => expect(server.emails).toHaveLength(count), { timeout: 30_000 })
}
