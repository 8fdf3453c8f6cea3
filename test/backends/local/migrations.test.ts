import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { localBackend } from '../../../backends/local/index.ts'
import { newId } from '../../../mail/email/id.ts'
import { partsOfLane } from '../../../mail/email/lane.ts'
import { addFunctions, migrations } from '../../../backends/local/schema.ts'
import { aCapture } from '../../conformance/captures.ts'
import { aTemplate } from '../../conformance/templates.ts'
import { aWebhook } from '../../conformance/webhooks.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { temporaryDirectory } from './temporary.ts'

/** A directory as a Postern left it that knew only the migrations before the one with this in it. */
function directoryBefore(part: string, fill: string): string {
  const { path, remove } = temporaryDirectory()
  onTestFinished(remove)
  const version = migrations.findIndex((migration) => migration.includes(part))
  const db = new DatabaseSync(join(path, 'postern.sqlite'))
  addFunctions(db)
  for (const migration of migrations.slice(0, version)) db.exec(migration)
  db.exec(`${fill}; PRAGMA user_version = ${version}`)
  db.close()
  return path
}

function open(path: string) {
  const backend = localBackend(path, { clock: virtualClock() })
  onTestFinished(() => backend.close())
  return backend
}

it('captures from before the search are counted, and found by recipient and subject', async () => {
  const capture = (id: string, subject: string, seen: number) =>
    `('${id}', '${id}', 0, 'a@own.test', '["bob@there.test"]', '${subject}', 1, ${seen}, '')`
  const { captures } = open(
    directoryBefore(
      'capture_words',
      `INSERT INTO captures VALUES ${capture('01', 'Your receipt', 0)}, ${capture('02', 'Hi', 1)}`,
    ),
  )
  expect(await captures.count('*')).toEqual({ total: 2, unread: 1 })
  const found = async (q: string) =>
    (await captures.list({ scope: '*', limit: 9, q })).data.map(({ id }) => id)
  expect(await found('rece')).toEqual(['01'])
  expect(await found('bob@there.test')).toEqual(['02', '01'])
  await captures.remove(['01'], '*')
  expect(await found('receipt')).toEqual([])
})

it('captures from before tags have none, are listed, and are given some', async () => {
  const { captures } = open(
    directoryBefore(
      'capture_tags',
      `INSERT INTO captures (id, email_id, at, sender, recipients, subject, size, seen,
       folded_subject) VALUES ('01', '01', 0, 'a@own.test', '["bob@there.test"]', 'Hi', 1, 0, 'hi')`,
    ),
  )
  const [before] = (await captures.list({ scope: 'default', limit: 9 })).data
  expect([before!.tags, before!.outline]).toEqual([[], undefined])
  expect(await captures.change('01', { tags: ['new'] }, 'default')).toBe(true)
  expect((await captures.list({ scope: '*', limit: 9, tag: 'new' })).data).toHaveLength(1)
})

it('captures from before there were news are none, and what comes next is', async () => {
  const { captures } = open(
    directoryBefore(
      'capture_order_by_stamp',
      `INSERT INTO captures (id, email_id, at, sender, recipients, subject, size, seen,
       folded_subject) VALUES ('01', '01', 0, 'a@own.test', '["bob@there.test"]', 'Hi', 1, 0, 'hi');
       INSERT INTO capture_order (id) VALUES ('01')`,
    ),
  )
  const place = (await captures.news({ scope: '*', limit: 9 }))!.place
  const capture = aCapture()
  await captures.add(capture, Buffer.from('x'), '')
  const all = await captures.news({ scope: '*', limit: 9, after: newId(0).replace(/[^-]/g, '0') })
  const ids = all!.data.map(({ capture: { id } }) => id)
  expect(ids).toEqual([capture.id])
  expect(await captures.news({ scope: '*', limit: 9, after: place })).toEqual(all)
})

it('emails that settled before they were counted are counted', async () => {
  const email = (id: string, state: string, at: number) =>
    `('${id}', '${state}', 3, 0, 0, 1, ${at}, '[]', '[]', '{}')`
  const { stats } = open(
    directoryBefore(
      'settled_hours',
      `INSERT INTO emails (id, state, revision, due_at, since, attempts, settled_at, recipients,
       timeline, accepted) VALUES ${email('1', 'sent', 5)}, ${email('2', 'sent', 3_599_999)},
       ${email('3', 'failed', 3_600_000)}`,
    ),
  )
  expect(await stats.read('*', 0, 7_200_000)).toEqual([
    { at: 0, settled: { sent: 2 }, told: {} },
    { at: 3_600_000, settled: { failed: 1 }, told: {} },
  ])
})

it('events from before they had an order have one, and are found by their email', async () => {
  const event = (id: string, at: number) =>
    `('${id}', 'default', 'email.delivered', ${at}, '${JSON.stringify({ id, emailId: `of ${id}`, at })}')`
  const { events, clock } = open(
    directoryBefore(
      'events_by_seq',
      `INSERT INTO events VALUES ${event('1', 7)}, ${event('2', 5)}`,
    ),
  )
  const page = await events.list({ scope: '*', limit: 9, order: 'oldest' })
  expect(page).toMatchObject({ data: [{ id: '2' }, { id: '1' }], cursor: '2' })
  expect(await events.ofEmail(anEmail({ id: 'of 1' }))).toMatchObject([{ id: '1' }])
  const now = clock.now()
  const later = { id: '0', type: 'email.sent', project: 'shop', source: 'postern' } as const
  await events.record({ ...later, at: now, recordedAt: now })
  const next = await events.list({ scope: 'shop', limit: 9, order: 'oldest', after: page.cursor })
  expect(next.data).toMatchObject([{ id: '0' }])
})

it('jobs keep their place in the queue when their table is rebuilt', async () => {
  const job = (seq: number, id: string, dueAt: number) =>
    `(${seq}, '${id}', 'there.test', ${dueAt}, ${Number(dueAt > 0)}, '{"capture":false,"since":0,"recipients":1}')`
  const { queue, clock } = open(
    directoryBefore(
      'jobs_again',
      `INSERT INTO jobs VALUES ${job(7, 'b', 0)}, ${job(9, 'c', 10 ** 15)}`,
    ),
  )
  expect(await queue.depth(clock.now(), '*')).toMatchObject({ depth: 1, scheduled: 1 })
  expect(queue.take(9, 9)).toMatchObject([{ id: 'b', lane: 'there.test', seq: 7 }])
})

it('emails and jobs from before there were streams are transactional, and keys have none', async () => {
  const id = newId(0)
  const { emails, keys, queue } = open(
    directoryBefore(
      'bulk_emails',
      `INSERT INTO emails (id, state, revision, due_at, since, attempts, recipients, timeline,
       accepted) VALUES ('${id}', 'queued', 1, 0, 0, 0, '[]', '[]', '{}');
       INSERT INTO jobs VALUES (1, '${id}', 'there.test', 0, 0, '{}');
       INSERT INTO keys (id, name, hash, permission, capture, created_at)
       VALUES ('k', 'app', 'h', 'sending_access', 0, 0)`,
    ),
  )
  const find = async (stream: 'transactional' | 'bulk') =>
    (await emails.list({ scope: '*', limit: 9, stream })).data
  expect(await find('transactional')).toMatchObject([{ id, stream: 'transactional' }])
  expect(await find('bulk')).toEqual([])
  expect((await keys.list('*'))[0]).not.toHaveProperty('stream')
  const [job] = queue.take(9, 9)
  expect(partsOfLane(job!.lane)).toEqual({ stream: 'transactional', domain: 'there.test' })
})

it('recipients beyond ASCII are found by the one key of an address', async () => {
  const id = newId(0)
  const address = 'J\u030can@there.test'
  const recipients = JSON.stringify([{ address, state: 'sent' }])
  const lower = address.toLowerCase()
  const { emails, captures } = open(
    directoryBefore(
      'comparison_key',
      `INSERT INTO emails (id, state, revision, due_at, since, attempts, recipients, timeline,
       accepted) VALUES ('${id}', 'sent', 3, 0, 0, 1, '${recipients}', '[]', '{}');
       INSERT INTO email_recipients VALUES ('${lower}', '${id}'), ('bob@there.test', '${id}');
       INSERT INTO captures VALUES ('01', '01', 0, 'a@own.test', '["${address}"]', 'Hi', 1, 0, '');
       INSERT INTO capture_recipients VALUES ('${lower}', '01')`,
    ),
  )
  for (const q of [address, lower, 'bob@there.test'])
    expect((await emails.list({ scope: '*', limit: 9, q })).data).toMatchObject([{ id }])
  expect((await captures.list({ scope: '*', limit: 9, to: address })).data).toMatchObject([
    { id: '01' },
  ])
  await captures.remove(['01'], '*')
  expect((await captures.list({ scope: '*', limit: 9, to: address })).data).toEqual([])
})

it('a directory from before there were webhooks has none, and takes them', async () => {
  const { webhooks, notices } = open(directoryBefore('CREATE TABLE webhooks', ''))
  expect(await webhooks.known()).toEqual([])
  const webhook = aWebhook()
  await webhooks.create(webhook)
  await notices.put([
    { webhookId: webhook.id, id: newId(0), type: 'email.sent', putAt: 0, body: '{}' },
  ])
  expect(notices.nextDueAt(webhook.id)).toBe(0)
})

it('notices from before there were traces are in none, and wait as they did', async () => {
  const { notices } = open(
    directoryBefore(
      'ADD COLUMN traceparent',
      `INSERT INTO notices (webhook_id, id, state, due_at, put_at, type, body, attempts, tries)
       VALUES ('w', 'n', 'waiting', 5, 5, 'email.sent', '{}', 0, '[]')`,
    ),
  )
  const [notice] = notices.due('w', 5, 9)
  expect(notice).toMatchObject({ id: 'n', body: '{}' })
  expect(notice).not.toHaveProperty('traceparent')
})

it('a directory from before templates were kept has none, and takes some', async () => {
  const { templates } = open(directoryBefore('CREATE TABLE templates', ''))
  expect(await templates.list({ scope: '*', limit: 9 })).toEqual({ data: [], hasMore: false })
  const template = aTemplate({ alias: 'welcome' })
  expect(await templates.create(template)).toBe('written')
  expect(await templates.named('welcome', 'default')).toEqual(template)
})
