import { contentKey } from '../../mail/content.ts'
import { doneStates } from '../../mail/email/states.ts'
import { allProjects, isInScope, type Scope } from '../../mail/email/project.ts'
import type { Capture, Captures } from '../../mail/ports/captures.ts'
import { tagsIn } from '../../mail/email/tag-words.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Emails } from '../../mail/ports/emails.ts'
import type { Bucket } from './bucket.ts'
import {
  captureKey,
  captureOf,
  emlKey,
  itemOfCapture,
  itemOfWords,
  lookUpsOf,
  tagsAttribute,
  unread,
  wordsKey,
} from './capture-items.ts'
import { captureSources, listCaptures, nothingKnown } from './capture-list.ts'
import { isTooLate, newEntry, newsOf, type Entry } from './capture-news.ts'
import { inLists, knownProjects } from './table/project-lists.ts'
import type { Condition } from './table/expressions.ts'
import type { Item } from './table/item.ts'
import type { Retention } from './retention.ts'
import { isLive } from './table/live.ts'
import { listed } from './table/listed.ts'
import { absent, present, type Table } from './table/table.ts'
import { allOf, countOf } from './table/walk.ts'
import { countInState, stateKey } from './table/state-index.ts'

interface CapturesParts {
  /** Whether the content of a captured email goes with it is judged by its record. */
  readonly emails: Pick<Emails, 'get'>
  readonly table: Table
  readonly bucket: Bucket
  readonly clock: Clock
  readonly keeps: Pick<Retention, 'captureDays'>
}

/** How often a wait for a capture looks again. */
const lookAgainMs = 1_000

/** Captures that are counted, read and unread. */
const mostCounted = 16_000

/** Captures that are removed at a time. */
const removedAtOnce = 20

/** Captured emails: the bytes as objects, and an item for each that says what is in them. */
export function awsCaptures({ table, bucket, clock, keeps, emails }: CapturesParts): Captures {
  const makeKnown = knownProjects(table)

  async function find(id: string, scope: Scope): Promise<Capture | undefined> {
    const item = await table.get(captureKey(id))
    const capture = item && isLive(item, clock.now()) ? captureOf(item) : undefined
    return capture && isInScope(capture.project, scope) ? capture : undefined
  }

  /** The same email, kept for others too. */
  async function addRecipients(capture: Capture): Promise<void> {
    const item = await table.get(captureKey(capture.id))
    if (!item) return
    const known = captureOf(item)
    const to = [...new Set([...known.to, ...capture.to])]
    if (to.length === known.to.length) return
    const more = { ...known, to, tags: tagsIn([...known.tags, ...capture.tags]) }
    const entry = newEntry(more, clock.now())
    const keepDays = await keeps.captureDays(known.project)
    await table.putAll([...lookUpsOf(more, keepDays), entry.item])
    const set = { v: JSON.stringify(to), g: tagsAttribute(more.tags), e: entry.stamp }
    const { applied } = await table.update(captureKey(capture.id), { set }, asRead(item))
    await (applied ? placeInOrder(capture, entry) : addRecipients(capture))
  }

  /** Puts it further down in the order of capturing until it is there in time. */
  async function placeInOrder(capture: Capture, last: Entry): Promise<void> {
    const now = clock.now()
    if (!isTooLate(last, now)) return
    const entry = newEntry(capture, now)
    await table.put(entry.item)
    await table.update(captureKey(capture.id), { set: { e: entry.stamp } }, present)
    await placeInOrder(capture, entry)
  }

  /** What finds it comes first and goes last: a look-up that is too many is seen to be one. */
  async function setTags(id: string, tags: readonly string[], scope: Scope): Promise<boolean> {
    const item = await table.get(captureKey(id))
    const known = item && isLive(item, clock.now()) ? captureOf(item) : undefined
    if (!item || !known || !isInScope(known.project, scope)) return false
    const keepDays = await keeps.captureDays(known.project)
    const lookUps = lookUpsOf({ ...known, tags }, keepDays)
    await table.putAll(lookUps)
    const set = { g: tagsAttribute(tags) }
    const { applied } = await table.update(captureKey(id), { set }, asRead(item))
    if (!applied) return setTags(id, tags, scope)
    const wanted = new Set(lookUps.map(({ p }) => p))
    const old = lookUpsOf(known, keepDays).filter(({ p }) => !wanted.has(p))
    await Promise.all(old.map((one) => table.remove(one)))
    return true
  }

  async function setSeen(id: string, seen: boolean, scope: Scope): Promise<boolean> {
    if (scope !== allProjects && !(await find(id, scope))) return false
    const set = { w: seen ? undefined : stateKey(unread, id) }
    return (await table.update(captureKey(id), { set }, present)).applied
  }

  async function removeOne(id: string, scope: Scope): Promise<number> {
    const capture = await find(id, scope)
    if (!capture || !(await table.remove(captureKey(id)))) return 0
    const rest = lookUpsOf(capture, 0).map((item) => table.remove(item))
    const bytes = [bucket.remove(emlKey(id)), removeContent(capture)]
    await Promise.all([...rest, table.remove(wordsKey(id)), ...bytes])
    return 1
  }

  /** The content of its email goes with it, unless a person may still have that sent. */
  async function removeContent({ emailId }: Capture): Promise<void> {
    const email = await emails.get(emailId, allProjects)
    if (!email || doneStates.includes(email.state)) await bucket.remove(contentKey(emailId))
  }

  async function removeAll(ids: readonly string[], scope: Scope): Promise<number> {
    let total = 0
    for (let first = 0; first < ids.length; first += removedAtOnce) {
      const some = ids.slice(first, first + removedAtOnce)
      const removed = await Promise.all([...new Set(some)].map((id) => removeOne(id, scope)))
      total += removed.reduce((sum, one) => sum + one, 0)
    }
    return total
  }

  return {
    async add(capture, eml, text) {
      await makeKnown(capture.project)
      const keepDays = await keeps.captureDays(capture.project)
      const entry = newEntry(capture, clock.now())
      // The item comes last: until then the rest is not seen.
      await Promise.all([
        bucket.putNew(emlKey(capture.id), eml),
        table.put(itemOfWords(capture, text, keepDays), absent),
        table.putAll([...lookUpsOf(capture, keepDays), entry.item]),
      ])
      const item = { ...itemOfCapture(capture, keepDays), e: entry.stamp }
      const { applied } = await table.put(item, absent)
      await (applied ? placeInOrder(capture, entry) : addRecipients(capture))
    },
    list: (query) => listCaptures({ table, clock }, query),
    looker() {
      const known = nothingKnown()
      return { list: (query) => listCaptures({ table, clock, known }, query) }
    },
    news: (query) => newsOf(table, clock, query),
    async count(scope) {
      const sources = await inLists(table, scope, captureSources)
      const partitions = sources.map(({ partition }) =>
        countOf(
          table,
          { index: 'list', where: { text: 'l = :in', values: { ':in': partition } } },
          mostCounted / captureSources.length,
        ),
      )
      const [open, ...parts] = await Promise.all([
        countInState(table, unread, scope),
        ...partitions,
      ])
      return { total: parts.reduce((sum, one) => sum + one, 0), unread: open }
    },
    async get(id, scope, before) {
      const capture = await find(id, scope)
      if (!capture) return undefined
      before?.(capture)
      const eml = await bucket.get(emlKey(id))
      return eml && { capture, eml }
    },
    async change(id, { seen, tags }, scope) {
      const marked = seen === undefined || (await setSeen(id, seen, scope))
      return marked && (tags === undefined || setTags(id, tags, scope))
    },
    async remove(ids, scope) {
      if (ids !== 'all') return removeAll(ids, scope)
      const sources = await inLists(table, scope, captureSources)
      const all = listed(table, sources, { descending: true }, 1_000)
      return removeAll(await allOf(all), scope)
    },
    changed: (signal) => clock.until(clock.now() + lookAgainMs, signal),
  }
}

/** Its recipients and tags are still what they were. */
function asRead({ v, g }: Item): Condition {
  return g === undefined
    ? { text: 'v = :to AND attribute_not_exists(g)', values: { ':to': v } }
    : { text: 'v = :to AND g = :tags', values: { ':to': v, ':tags': g } }
}
