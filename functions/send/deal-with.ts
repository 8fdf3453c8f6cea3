import type { SQSRecord } from 'aws-lambda'
import type { Inbox, Received, Sent } from '../../backends/aws/queue/inbox.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import type { Disposition } from '../../mail/deliver/disposition.ts'
import { idOf } from '../../mail/email/id.ts'
import { jobOf, type Job } from '../../mail/email/job.ts'
import { partsOfLane } from '../../mail/email/lane.ts'
import { allProjects } from '../../mail/email/project.ts'
import { retry } from '../../mail/manage/manage.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { mostContentBytes } from '../../mail/request/email-request.ts'
import { patienceMs, switchedOffMs } from '../../mail/retry.ts'
import type { InvocationStop } from './invocation.ts'
import type { Room } from './room.ts'

const done: Disposition = { kind: 'acknowledge' }

/** While no mail is taken, a direct producer's email waits so long on the queue. */
const unavailable: Disposition = { kind: 'defer', seconds: switchedOffMs / 1_000 }

export interface Handling {
  readonly record: SQSRecord
  readonly inbox: Inbox
  readonly postern: Postern
  readonly room: Room
  readonly stop: InvocationStop
}

/** Deals with one message: mostly, one attempt at one email. */
export async function dealWith(handling: Handling): Promise<Disposition> {
  const { record, inbox, postern } = handling
  const arrival = await inbox.read(sentIn(record))
  switch (arrival.kind) {
    case 'job':
      return deliverSized(arrival.job, handling)
    case 'pointer':
      return deliverDue(arrival.id, handling)
    case 'request':
      return within(bytesCarried(arrival.jobs), handling, async () => {
        await inbox.fanOut(arrival.jobs)
        return done
      })
    case 'redriven':
      await retry(postern, arrival.id, allProjects)
      return done
    case 'email':
      return within(bytesOf(record.body), handling, () => deliverDirect(arrival, handling))
    case 'unreadable':
      await inbox.bury(sentIn(record), arrival.reason, idHere(record))
      return done
  }
}

/** What finds no room in this invocation comes again, unclaimed. */
async function within(
  bytes: number,
  { room, stop }: Handling,
  work: () => Promise<Disposition>,
  most = 1,
): Promise<Disposition> {
  return (await room.within(bytes, stop.stopping, work, most)) ?? { kind: 'defer', seconds: 0 }
}

/** However large bulk emails are, a fifth of the room is left for the rest. */
function mostOf({ lane }: Job): number {
  return partsOfLane(lane).stream === 'bulk' ? 0.8 : 1
}

/** An earlier version's job does not say how large its content is. */
async function deliverSized(job: Job, handling: Handling): Promise<Disposition> {
  const isKnown = job.size !== undefined || job.content !== undefined
  if (!isKnown) return deliverKnown(job.id, handling)
  const { postern, stop } = handling
  return stop.within(job, (own) =>
    within(job.size ?? 0, handling, () => deliver(postern, job, own), mostOf(job)),
  )
}

/**
 * An email that was due later. A schedule puts no group: a mailing comes once more, by its own, so
 * that it does not pass as so many single emails.
 */
async function deliverDue(id: string, handling: Handling): Promise<Disposition> {
  const email = await handling.postern.emails.get(id, allProjects)
  if (email?.stream !== 'bulk') return email ? deliverSized(jobOf(email), handling) : done
  await handling.inbox.fanOut([jobOf(email)])
  return done
}

/** What the job does not know stands in the record. */
async function deliverKnown(id: string, handling: Handling): Promise<Disposition> {
  const email = await handling.postern.emails.get(id, allProjects)
  return email ? deliverSized(jobOf(email), handling) : done
}

/** Of a direct producer's email: what its attachments name by a URL is fetched, however large. */
function bytesOf(body: string): number {
  return body.includes('"path"') ? mostContentBytes : body.length
}

/** A message as the inbox reads it. */
export function sentIn({ body, attributes }: SQSRecord): Sent {
  return { body, sentAt: Number(attributes.SentTimestamp) }
}

/** Of contents, by all jobs together. */
function bytesCarried(jobs: readonly Job[]): number {
  return jobs.reduce((sum, { content, size = 0 }) => sum + (content ? size : 0), 0)
}

/** The id of the email that a message becomes: a redelivery of it is the same email. */
export function idHere(record: SQSRecord): string {
  return idOf(record.messageId, sentIn(record).sentAt)
}

/**
 * What `POST /emails` says of a text, before anything that it means. Loaded when first needed: only
 * direct producers bring texts.
 */
async function faultOfText(json: string): Promise<string | undefined> {
  const { jsonExcess } = await import('../../api/http/json-bounds.ts')
  const { oddKeyRule } = await import('../../api/http/odd-key.ts')
  const rule = (await jsonExcess(json))?.rule ?? oddKeyRule(json)
  return rule && `body: ${rule}`
}

async function deliverDirect(
  arrival: Received & { kind: 'email' },
  { record, inbox, postern, stop }: Handling,
): Promise<Disposition> {
  const { adopt } = await import('../../mail/accept/adopt.ts')
  const fault = await faultOfText(record.body)
  const at = sentIn(record).sentAt
  const id = arrival.id ?? idHere(record)
  const again = arrival.id !== undefined || Number(record.attributes.ApproximateReceiveCount) > 1
  const adoption = fault
    ? ({ kind: 'refused', reason: fault } as const)
    : await adopt(postern, { body: arrival.body, id, at, again })
  if (adoption.kind === 'refused') {
    await inbox.bury(sentIn(record), adoption.reason, id)
    return done
  }
  if (adoption.kind === 'unavailable') {
    if (postern.clock.now() - at < patienceMs) return unavailable
    await inbox.bury(sentIn(record), 'no mail was taken for three days', id)
    return done
  }
  const { job } = adoption
  if (job.dueAt === undefined) return stop.within(job, (own) => deliver(postern, job, own))
  // Longer than this message may wait here.
  await postern.queue.put([job])
  return done
}
