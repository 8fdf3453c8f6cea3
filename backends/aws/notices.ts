import { lastIdBefore } from '../../mail/email/id.ts'
import { dayMs } from '../../mail/email/time.ts'
import type { NoticeState } from '../../mail/email/webhook.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { NewNotice, Notice, NoticeQuery, Notices } from '../../mail/ports/notices.ts'
import type { Page } from '../../mail/ports/page.ts'
import {
  newNoticeItem,
  noticeChange,
  noticeIn,
  noticeKey,
  noticePartitions,
  queuedNoticeIn,
  refusedPartition,
  refusedStates,
  type QueuedNotice,
} from './notice-items.ts'
import type { SummonsQueue } from './queue/summons.ts'
import type { Retention } from './retention.ts'
import { endOf } from './email-items.ts'
import { listed, type Source } from './table/listed.ts'
import { isForwardPage, pageOf } from './table/listed-page.ts'
import { allLive, isLive } from './table/live.ts'
import { absent, present, type Table } from './table/table.ts'

/** Notices, with their consuming side, which only the notify function uses. */
export interface QueuedNotices extends Notices {
  /** Those of one endpoint that are there, by id. */
  queued(webhookId: string, ids: readonly string[]): Promise<ReadonlyMap<string, QueuedNotice>>
  /** Makes a notice wait again for the message of this round, unless it does already. */
  restart(notice: Notice, round: number, at: number): Promise<void>
}

/**
 * What endpoints are told: an item each, and a message on the queue that names it. The item is
 * written first; who puts a notice again finds it there, and puts the message again while it waits.
 */
export function dynamoNotices(
  table: Table,
  queue: SummonsQueue,
  clock: Clock,
  keeps: Pick<Retention, 'eventDays'>,
): QueuedNotices {
  /** In which round it waits; undefined: it was dealt with. */
  async function write(notice: NewNotice): Promise<number | undefined> {
    const { applied, item } = await table.put(
      newNoticeItem(notice, await keeps.eventDays()),
      absent,
    )
    if (applied) return 0
    return item!['q'] === 'waiting' ? (item!['g'] as number) : undefined
  }

  /** Notices of a removed endpoint are left to their time to live: deleting costs as much as writing. */
  async function isForgotten(webhookId: string): Promise<boolean> {
    const item = await table.get(forgottenKey(webhookId))
    return item !== undefined && isLive(item, clock.now())
  }

  async function find(webhookId: string, ids: readonly string[]): Promise<readonly Notice[]> {
    const keyOf = (id: string) => noticeKey(webhookId, id)
    return allLive(table, clock.now(), ids, { keyOf, read: noticeIn })
  }

  async function list(query: NoticeQuery): Promise<Page<Notice>> {
    const { webhookId, limit, after, since = 0 } = query
    if (await isForgotten(webhookId)) return { data: [], hasMore: false }
    const isForward = isForwardPage(query)
    const before = [query.before ?? '', lastIdBefore(since - latestMs)].sort().at(-1)
    const direction = { descending: !isForward, ...(after && { after }), ...(before && { before }) }
    const ids = listed(table, sourcesOf(query), direction, limit + 1)
    return pageOf(ids, { limit, isForward }, async (some) =>
      (await find(webhookId, some)).filter((notice) => isAskedFor(notice, query)),
    )
  }

  async function restart(notice: Notice, round: number, dueAt: number) {
    const { webhookId, id, tries } = notice
    const change = noticeChange(notice, { state: 'waiting', dueAt, attempts: 0, tries })
    const earlier = { text: 'g < :round', values: { ':round': round } }
    await table.update(noticeKey(webhookId, id), { set: { ...change, g: round } }, earlier)
  }

  return {
    async put(notices) {
      const rounds = await Promise.all(notices.map(write))
      await queue.put(
        notices.flatMap(({ webhookId, id }, n) =>
          rounds[n] === undefined ? [] : [{ webhookId, id, round: rounds[n] }],
        ),
      )
    },
    async get(webhookId, id) {
      const isThere = !(await isForgotten(webhookId))
      return isThere ? (await find(webhookId, [id]))[0] : undefined
    },
    list,
    async settle(notice, change) {
      const { webhookId, id, attempts } = notice
      // Of two tries at the same time the one that succeeds counts, or else the first.
      const unsettled = {
        text: 'c = :seen AND q = :waiting',
        values: { ':seen': attempts, ':waiting': 'waiting' },
      }
      const condition = change.state === 'delivered' ? present : unsettled
      await table.update(noticeKey(webhookId, id), { set: noticeChange(notice, change) }, condition)
    },
    async replay(notice, at) {
      const { webhookId, id } = notice
      const item = await table.get(noticeKey(webhookId, id))
      if (!item) return
      // The message comes first: should nothing follow, who is shown it makes the notice wait.
      const round = (item['g'] as number) + 1
      await queue.put([{ webhookId, id, round }])
      await restart(notice, round, at)
    },
    async removeAll(webhookId) {
      const x = endOf(clock.now(), forgottenDays)
      await table.put({ ...forgottenKey(webhookId), x })
    },
    async queued(webhookId, ids) {
      const items = await table.getAll([...new Set(ids)].map((id) => noticeKey(webhookId, id)))
      const live = items.filter((item) => isLive(item, clock.now()))
      return new Map(live.map((item) => [item['s'] as string, queuedNoticeIn(item)]))
    },
    restart,
  }
}

/**
 * So much earlier than its notice is put an event has happened at most, by whose time notices are
 * listed: no queue keeps anything longer. In milliseconds.
 */
const latestMs = 14 * dayMs

/** Longer than any notice of a removed endpoint is kept. */
const forgottenDays = 32

function forgottenKey(webhookId: string) {
  return { p: `o#${webhookId}`, s: 'forgotten' }
}

/** Those that were not taken are found without reading all the others. */
function sourcesOf({ webhookId, states = [] }: NoticeQuery): readonly Source[] {
  const isRefused = (state: NoticeState) => refusedStates.includes(state)
  if (states.length > 0 && states.every(isRefused))
    return [{ index: 'state', partition: refusedPartition(webhookId) }]
  return noticePartitions(webhookId).map((partition) => ({ partition }))
}

function isAskedFor({ state, putAt }: Notice, { states = [], since = 0 }: NoticeQuery): boolean {
  return putAt >= since && (states.length === 0 || states.includes(state))
}
