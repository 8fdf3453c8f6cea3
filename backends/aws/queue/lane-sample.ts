import type { Email } from '../../../mail/email/email.ts'
import { laneOf } from '../../../mail/email/lane.ts'
import type { Scope } from '../../../mail/email/project.ts'
import type { EmailQuery } from '../../../mail/ports/emails.ts'
import type { LaneDepth, LaneDepths } from '../../../mail/ports/queue.ts'
import type { Page } from '../../../mail/ports/page.ts'

type List = (query: EmailQuery) => Promise<Page<Email>>

/** Pages of a hundred records that are read for one look. */
const pages = 3

/**
 * What waits by lane, among the emails that were accepted last. SQS does not count its groups, and to
 * count records is to read all there are.
 */
export async function laneSample(list: List, now: number, scope: Scope): Promise<LaneDepths> {
  const { emails, isWhole } = await newest(list, scope)
  const lanes = new Map<string, LaneDepth>()
  for (const email of emails) if (isInQueue(email)) add(lanes, email, now)
  const fullest = [...lanes.values()].sort((one, other) => other.waiting - one.waiting)
  return { lanes: fullest, isWhole, newest: emails.length }
}

async function newest(list: List, scope: Scope) {
  const emails: Email[] = []
  for (let page = 0; page < pages; page++) {
    const { data, hasMore } = await list({ scope, limit: 100, after: emails.at(-1)?.id })
    emails.push(...data)
    if (!hasMore) return { emails, isWhole: true }
  }
  return { emails, isWhole: false }
}

function isInQueue({ state }: Email): boolean {
  return state === 'queued' || state === 'sending'
}

function add(lanes: Map<string, LaneDepth>, email: Email, now: number) {
  const lane = laneOf(email)
  const before = lanes.get(lane) ?? { lane, waiting: 0, sending: 0, oldestAgeSeconds: 0 }
  const isWaiting = email.state === 'queued'
  const age = isWaiting ? Math.max(0, now - email.since) / 1_000 : 0
  lanes.set(lane, {
    lane,
    waiting: before.waiting + Number(isWaiting),
    sending: before.sending + Number(!isWaiting),
    oldestAgeSeconds: Math.max(before.oldestAgeSeconds, age),
  })
}
