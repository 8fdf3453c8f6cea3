import {
  changeable,
  emailFrom,
  type Changeable,
  type Changing,
  type Email,
  type EmailChange,
  type Recipient,
  type TimelineEntry,
} from '../../mail/email/email.ts'
import { doneStates, type EmailState } from '../../mail/email/states.ts'
import { listPartition, listPlace } from './table/project-place.ts'
import { readAccepted, writeAccepted } from './accepted-text.ts'
import { recipientHash } from './table/recipient-hash.ts'
import type { Item, Key } from './table/item.ts'
import { stateKey } from './table/state-index.ts'
import { timelineText } from './timeline-text.ts'

/** The key of an email's record. */
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
  const { shard, tag } = recipientHash(email.recipients[0]!.address)
  return {
    ...emailKey(email.id),
    l: listPartition(`e${shard}`, email.project),
    i: listPlace(email.id, tag, email),
    a: writeAccepted(email),
    [attributeOf.revision]: email.revision,
    [attributeOf.claim]: email.claim,
    [attributeOf.leaseUntil]: email.leaseUntil,
    ...attributesOf(email.id, email, keepDays),
  }
}

/** What a change sets, attribute by attribute; `undefined` removes one. */
export function attributesOf(id: string, change: EmailChange, keepDays: number): Item {
  const { state, settledAt } = change
  const changed = changeable.filter((field) => field in change)
  return {
    ...Object.fromEntries(changed.map((field) => [attributeOf[field], valueOf(field, change)])),
    ...(state && { w: rareStates.includes(state) ? stateKey(state, id) : undefined }),
    ...('settledAt' in change && { x: settledAt && endOf(settledAt, keepDays) }),
  }
}

/** The attribute that each field is kept in; what never changes is in one text (accepted-text.ts). */
const attributeOf = {
  state: 't',
  revision: 'r',
  recipients: 'v',
  dueAt: 'd',
  since: 'f',
  attempts: 'k',
  timeline: 'h',
  nextAttemptAt: 'y',
  lastReason: 'm',
  settledAt: 'z',
  claim: 'c',
  leaseUntil: 'u',
} as const satisfies Record<Exclude<keyof Changing, 'id'>, string>

function valueOf(
  field: Changeable,
  { timeline, recipients, ...change }: EmailChange,
): Item[string] {
  if (field === 'timeline') return timeline && timelineText(timeline)
  if (field === 'recipients') return recipients && JSON.stringify(recipients)
  return change[field]
}

export function emailOf(item: Item): Email {
  const id = (item['p'] as string).slice(2)
  const changing: Changing = {
    id,
    state: item[attributeOf.state] as EmailState,
    revision: item[attributeOf.revision] as number,
    dueAt: item[attributeOf.dueAt] as number,
    since: item[attributeOf.since] as number,
    attempts: item[attributeOf.attempts] as number,
    recipients: JSON.parse(item[attributeOf.recipients] as string) as Recipient[],
    timeline: JSON.parse(item[attributeOf.timeline] as string) as TimelineEntry[],
    nextAttemptAt: item[attributeOf.nextAttemptAt] as number | undefined,
    lastReason: item[attributeOf.lastReason] as string | undefined,
    settledAt: item[attributeOf.settledAt] as number | undefined,
    claim: item[attributeOf.claim] as string | undefined,
    leaseUntil: item[attributeOf.leaseUntil] as number | undefined,
  }
  return emailFrom(readAccepted(item['a'] as string, id), changing)
}

/** When the email of a record settled. */
export function settledAtOf(item: Item): number {
  return (item[attributeOf.settledAt] as number | undefined) ?? 0
}

/** Whether the record of an email says that it needs no one any more. */
export function isOver(item: Item): boolean {
  return doneStates.includes(item[attributeOf.state] as EmailState)
}

/** When something may be removed, in the seconds that DynamoDB counts in. */
export function endOf(time: number, keepDays: number): number {
  return Math.ceil(time / 1_000) + keepDays * 86_400
}
