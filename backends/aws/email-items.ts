import type { Email, EmailChange, Recipient, TimelineEntry } from '../../mail/email/email.ts'
import type { EmailState } from '../../mail/email/states.ts'
import { readAccepted, writeAccepted } from './accepted-text.ts'
import { recipientHash } from './table/recipient-hash.ts'
import type { Item, Key } from './table/table.ts'
import { timelineText } from './timeline-text.ts'

/** Where the record of an email lies. */
export function emailKey(id: string): Key {
  return { p: `e#${id}`, s: 'e' }
}

/** The states that few emails are in: an index of its own finds those at once. */
export const rareStates: readonly EmailState[] = [
  'scheduled',
  'held',
  'failed',
  'canceled',
  'discarded',
  'suppressed',
  'bounced',
  'complained',
]

/** An email as it is created. `l` and `i` are its place in the list, and never change. */
export function itemOfEmail(email: Email, keepDays: number): Key & Item {
  const { state, recipients, dueAt, since, attempts, timeline } = email
  const { nextAttemptAt, lastReason, settledAt } = email
  const changeable = { state, recipients, dueAt, since, attempts, timeline }
  const { shard, tag } = recipientHash(recipients[0]!.address)
  return {
    ...emailKey(email.id),
    l: `e${shard}`,
    i: `${email.id}${tag}`,
    a: writeAccepted(email),
    r: email.revision,
    c: email.claim,
    u: email.leaseUntil,
    ...attributesOf({ ...changeable, nextAttemptAt, lastReason, settledAt }, keepDays),
  }
}

/** What a change sets, attribute by attribute; `undefined` removes one. */
export function attributesOf(change: EmailChange, keepDays: number): Item {
  const { state, recipients, timeline, settledAt } = change
  return {
    ...(state && { t: state, w: rareStates.includes(state) ? state : undefined }),
    ...(recipients && { v: JSON.stringify(recipients) }),
    ...(timeline && { h: timelineText(timeline) }),
    ...('settledAt' in change && { z: settledAt, x: settledAt && endOf(settledAt, keepDays) }),
    ...Object.fromEntries(
      plain.filter(([key]) => key in change).map(([key, name]) => [name, change[key]]),
    ),
  }
}

/** Values that are kept as they are. */
const plain = [
  ['dueAt', 'd'],
  ['since', 'f'],
  ['attempts', 'k'],
  ['nextAttemptAt', 'y'],
  ['lastReason', 'm'],
] as const

export function emailOf(item: Item): Email {
  const id = (item['p'] as string).slice(2)
  return {
    ...readAccepted(item['a'] as string, id),
    id,
    state: item['t'] as EmailState,
    revision: item['r'] as number,
    dueAt: item['d'] as number,
    since: item['f'] as number,
    attempts: item['k'] as number,
    recipients: JSON.parse(item['v'] as string) as Recipient[],
    timeline: JSON.parse(item['h'] as string) as TimelineEntry[],
    ...given('nextAttemptAt', item['y']),
    ...given('lastReason', item['m']),
    ...given('settledAt', item['z']),
    ...given('claim', item['c']),
    ...given('leaseUntil', item['u']),
  }
}

/** DynamoDB may remove an item two days after its time; from its time on it no longer counts. */
export function isLive(item: Item, now: number): boolean {
  return item['x'] === undefined || (item['x'] as number) * 1_000 > now
}

/** When something may be removed, in the seconds that DynamoDB counts in. */
export function endOf(time: number, keepDays: number): number {
  return Math.ceil(time / 1_000) + keepDays * 86_400
}

function given(key: string, value: unknown): object {
  return value === undefined ? {} : { [key]: value }
}
