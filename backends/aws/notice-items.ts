import type { NoticeState } from '../../mail/email/webhook.ts'
import type { NewNotice, Notice, NoticeChange, NoticeTry } from '../../mail/ports/notices.ts'
import { endOf } from './email-items.ts'
import type { Item, Key } from './table/item.ts'

/** A notice, and which of its messages is to tell it: the one of the last time that it was put. */
export interface QueuedNotice {
  readonly notice: Notice
  readonly round: number
}

/** Those of an endpoint lie in parts because DynamoDB takes 1,000 writes a second below one key. */
const parts = [0, 1, 2, 3]

export function noticePartitions(webhookId: string): string[] {
  return parts.map((part) => `o${part}#${webhookId}`)
}

export function noticeKey(webhookId: string, id: string): Key {
  const part = parseInt(id.at(-1)!, 16) % parts.length
  return { p: noticePartitions(webhookId)[part]!, s: id }
}

/** Where those are found that an endpoint did not take, in the index of states. */
export function refusedPartition(webhookId: string): string {
  return `notice#${webhookId}`
}

export const refusedStates: readonly NoticeState[] = ['failed', 'kept']

export function newNoticeItem(
  { webhookId, id, type, putAt, body, traceparent }: NewNotice,
  keepDays: number,
) {
  const content = { t: type, u: putAt, b: body, h: traceparent, x: endOf(putAt, keepDays) }
  return { ...noticeKey(webhookId, id), ...content, q: 'waiting', d: putAt, c: 0, g: 0 }
}

/** What a change sets; a notice that was refused is listed in the index, any other is not. */
export function noticeChange(
  { webhookId, id }: Pick<NewNotice, 'webhookId' | 'id'>,
  { state, dueAt, attempts, tries }: NoticeChange,
): Item {
  const isRefused = refusedStates.includes(state)
  return {
    ...{ q: state, d: dueAt, c: attempts },
    e: tries.length > 0 ? JSON.stringify(tries) : undefined,
    w: isRefused ? refusedPartition(webhookId) : undefined,
    i: isRefused ? id : undefined,
  }
}

export function queuedNoticeIn(item: Item): QueuedNotice {
  return { notice: noticeIn(item), round: item['g'] as number }
}

export function noticeIn({ p, s, t, u, b, h, q, d, c, e }: Item): Notice {
  return {
    webhookId: (p as string).split('#')[1]!,
    id: s as string,
    type: t as Notice['type'],
    putAt: u as number,
    body: b as string,
    ...(h !== undefined && { traceparent: h as string }),
    state: q as NoticeState,
    ...(d !== undefined && { dueAt: d as number }),
    attempts: c as number,
    tries: e === undefined ? [] : (JSON.parse(e as string) as NoticeTry[]),
  }
}
