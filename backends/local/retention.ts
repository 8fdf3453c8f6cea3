import type { Recipient } from '../../mail/email/email.ts'
import { contentKey } from '../../mail/content.ts'
import { doneStates, emailStates, isSettled, type EmailState } from '../../mail/email/states.ts'
import { allProjects } from '../../mail/email/project.ts'
import {
  captureDaysOf,
  contentDaysOf,
  emailDaysOf,
  leastCaptureDays,
  leastContentDays,
  leastEmailDays,
  type KeptFor,
} from '../../mail/settings/kept-for.ts'
import { forgetAudit } from './audit.ts'
import { deleteBlob } from './blobs.ts'
import { deleteCapture } from './captures.ts'
import { deleteEmail, quoted } from './email-rows.ts'
import type { Store } from './group-commit.ts'
import type { Keep } from './keep.ts'
import type { Row } from './pages.ts'
import { forgetEvents } from './events.ts'
import { batch, inBatches, removeOld } from './old-rows.ts'
import { forgetNotices } from './notices.ts'
import { forgetSenders } from './reputation.ts'
import { forgetHours } from './stats.ts'
import { dayMs, hourMs } from '../../mail/email/time.ts'

/** What a sweep removed. */
export interface Swept {
  readonly emails: number
  readonly captures: number
  readonly contents: number
  readonly idempotency: number
  readonly uploads: number
  /** Of which only the history was left. */
  readonly suppressions: number
  readonly events: number
  readonly notices: number
  readonly audit: number
}

/**
 * Removes what is no longer needed: emails that settled long ago, old captures, contents of
 * emails that were handed off, dead idempotency entries, expired uploads. Never what still waits or is held;
 * what failed keeps its content as long as its record, and yields to age before it does to number.
 */
export async function sweep(
  store: Store,
  keep: Keep,
  now: number,
  settings: KeptFor,
): Promise<Swept> {
  const { eventDays, auditDays } = settings.retention
  await forgetHours(store, now)
  await forgetSenders(store, now)
  return {
    emails:
      (await sweepOldEmails(store, { now, keep, settings })) +
      (await sweepExcessEmails(store, keep, now)),
    captures: await sweepCaptures(store, { now, keep, settings }),
    contents: await sweepContents(store, now, settings),
    idempotency: await sweepIdempotency(store, now),
    uploads: await sweepUploads(store, now),
    suppressions: await sweepSuppressions(store, now),
    events: await inBatches(() => forgetEvents(store, now - eventDays * dayMs, batch)),
    notices: await inBatches(() => forgetNotices(store, now - eventDays * dayMs, batch)),
    audit: await inBatches(() => forgetAudit(store, now - auditDays * dayMs, batch)),
  }
}

/**
 * An email younger than this is not removed however many there are: a replay with its
 * Idempotency-Key, good for 24 hours, would find no record and send it again.
 */
const youngestMs = 25 * hourMs

/** A content without a record this old was left by a crash: its request was never answered. */
const orphanMs = 3 * dayMs

const settled = emailStates.filter(isSettled)

interface Rules {
  readonly now: number
  readonly keep: Keep
  readonly settings: KeptFor
}

async function sweepOldEmails(store: Store, { now, keep, settings }: Rules) {
  const least = leastEmailDays(settings, keep.days)
  if (least === undefined) return 0
  return removeOld(store, {
    select: settledEmails,
    until: now - least * dayMs,
    isOver: ({ project, state, at }) => {
      const days = emailDaysOf(settings, project as string, state as EmailState) ?? keep.days
      return settled.includes(state as EmailState) && isOlder(at, now, days)
    },
    remove: (row) => removeEmail(store.sql, row),
  })
}

/** By itself SQLite would go through all emails in the order of their rows. */
export const settledEmails = `SELECT rowid AS row, id, recipients, project, state, settled_at AS at
  FROM emails INDEXED BY emails_by_settled_at
  WHERE settled_at <= ? AND (settled_at, rowid) > (?, ?) ORDER BY settled_at, rowid LIMIT ?`

function isOlder(at: Row[string] | undefined, now: number, days: number | undefined): boolean {
  return days !== undefined && (at as number) <= now - days * dayMs
}

async function sweepExcessEmails(
  store: Store,
  { days, count }: Keep,
  now: number,
): Promise<number> {
  if (count === undefined) return 0
  const row = store
    .sql(
      `SELECT settled_at FROM emails WHERE settled_at IS NOT NULL
       ORDER BY settled_at DESC LIMIT 1 OFFSET ?`,
    )
    .get(count - 1)
  if (!row) return 0
  const before = Math.min((row['settled_at'] as number) - 1, now - youngestMs)
  return sweepEmails(store, before, days === undefined ? settled : doneStates)
}

/** Removes the emails in these states that settled at `until` or before. */
function sweepEmails({ sql, write }: Store, until: number, states: readonly EmailState[]) {
  return inBatches(() =>
    write(() => {
      const rows = sql(oldEmails(states)).all(until, batch)
      for (const row of rows) removeEmail(sql, row)
      return rows.length
    }),
  )
}

/** By itself SQLite would go through all emails in these states: a second or two for a million. */
export function oldEmails(states: readonly EmailState[]): string {
  return `SELECT id, recipients FROM emails INDEXED BY emails_by_settled_at
    WHERE settled_at <= ? AND state IN (${quoted(states)}) ORDER BY settled_at LIMIT ?`
}

function removeEmail(sql: Store['sql'], row: Row) {
  const id = row['id'] as string
  deleteEmail(sql, { id, recipients: JSON.parse(row['recipients'] as string) as Recipient[] })
  deleteBlob(sql, contentKey(id))
  sql('DELETE FROM dead_letters WHERE email_id = ?').run(id)
}

async function sweepCaptures(store: Store, { now, keep, settings }: Rules) {
  const { sql, write } = store
  const old = await sweepOldCaptures(store, { now, keep, settings })
  const { count } = keep
  const excess =
    count !== undefined &&
    sql('SELECT id FROM captures ORDER BY id DESC LIMIT 1 OFFSET ?').get(count)
  if (!excess) return old
  const text = 'SELECT id FROM captures WHERE id <= ? ORDER BY id LIMIT ?'
  const remove = () =>
    write(() => {
      const rows = sql(text).all(excess['id'] as string, batch)
      for (const row of rows) deleteCapture(sql, row['id'] as string, allProjects)
      return rows.length
    })
  return old + (await inBatches(remove))
}

async function sweepOldCaptures(store: Store, { now, keep, settings }: Rules) {
  const least = leastCaptureDays(settings, keep.days)
  if (least === undefined) return 0
  return removeOld(store, {
    select: `SELECT rowid AS row, id, project, at FROM captures
      WHERE at <= ? AND (at, rowid) > (?, ?) ORDER BY at, rowid LIMIT ?`,
    until: now - least * dayMs,
    isOver: ({ project, at }) =>
      isOlder(at, now, captureDaysOf(settings, project as string) ?? keep.days),
    remove: ({ id }) => void deleteCapture(store.sql, id as string, allProjects),
  })
}

/** Walks the contents in the order of acceptance, a batch of keys at a time. */
async function sweepContents({ sql, write }: Store, now: number, settings: KeptFor) {
  const until = now - leastContentDays(settings) * dayMs
  const end = contentKey(idsOf(Math.max(until, now - orphanMs)))
  const text = `SELECT key, project, state IN (${quoted(doneStates)}) AS done, settled_at AS at,
      emails.id IS NULL AND key < ? AS orphan
    FROM blobs LEFT JOIN emails ON emails.id = substr(key, ${contentKey('').length + 1})
    WHERE key > ? AND key < ? ORDER BY key LIMIT ?`
  const oldest = contentKey(idsOf(now - orphanMs))
  const isHandedOff = ({ done, at, project }: Row) =>
    done === 1 && isOlder(at, now, contentDaysOf(settings, project as string))
  let last = contentKey('')
  let removed = 0
  await inBatches(async () => {
    const rows = sql(text).all(oldest, last, end, batch)
    const gone = rows.filter((row) => row['orphan'] === 1 || isHandedOff(row))
    if (gone.length > 0)
      await write(() => gone.forEach((row) => deleteBlob(sql, row['key'] as string)))
    last = (rows.at(-1)?.['key'] as string | undefined) ?? last
    removed += gone.length
    return rows.length
  })
  return removed
}

function sweepIdempotency({ sql, write }: Store, now: number): Promise<number> {
  const text = `DELETE FROM idempotency WHERE (owner, key) IN
    (SELECT owner, key FROM idempotency WHERE expires_at <= ? LIMIT ?)`
  return inBatches(() => write(() => Number(sql(text).run(now, batch).changes)))
}

function sweepSuppressions({ sql, write }: Store, now: number): Promise<number> {
  const text = `DELETE FROM suppressions WHERE (address, project, list) IN
    (SELECT address, project, list FROM suppressions WHERE forgotten_at <= ? LIMIT ?)`
  return inBatches(() => write(() => Number(sql(text).run(now, batch).changes)))
}

/** One by one: to let 30 MB go takes as long as a batch of anything else. */
async function sweepUploads({ sql, write }: Store, now: number): Promise<number> {
  const text = `DELETE FROM uploads WHERE id IN
    (SELECT id FROM uploads WHERE expires_at <= ? ORDER BY expires_at LIMIT 1)`
  for (let removed = 0; ; removed++)
    if ((await write(() => sql(text).run(now).changes)) === 0) return removed
}

/** What the ids given at a time begin with: the 48 bits of a UUIDv7 (RFC 9562 section 5.7). */
function idsOf(time: number): string {
  const hex = Math.max(0, time + 1)
    .toString(16)
    .padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}`
}
