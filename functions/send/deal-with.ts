import type { SQSRecord } from 'aws-lambda'
import type { Inbox, Received } from '../../backends/aws/queue/inbox.ts'
import { adopt } from '../../mail/accept/adopt.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import type { Disposition } from '../../mail/deliver/disposition.ts'
import type { Stop } from '../../mail/deliver/stop.ts'
import { idOf } from '../../mail/email/id.ts'
import { jobOf } from '../../mail/email/job.ts'
import { retry } from '../../mail/manage/manage.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { patienceMs, switchedOffMs } from '../../mail/retry.ts'

const done: Disposition = { kind: 'acknowledge' }

/** While no mail is taken, a direct producer's email waits so long on the queue. */
const unavailable: Disposition = { kind: 'defer', seconds: switchedOffMs / 1_000 }

export interface Handling {
  readonly record: SQSRecord
  readonly inbox: Inbox
  readonly postern: Postern
  readonly stop: Stop
}

/** Deals with one message: mostly, one attempt at one email. */
export async function dealWith(handling: Handling): Promise<Disposition> {
  const { record, inbox, postern, stop } = handling
  const arrival = await inbox.read(record.body)
  switch (arrival.kind) {
    case 'job':
      return deliver(postern, arrival.job, stop)
    case 'pointer':
      return deliverKnown(arrival.id, postern, stop)
    case 'request':
      await inbox.fanOut(arrival.jobs)
      return done
    case 'redriven':
      await retry(postern, arrival.id)
      return done
    case 'email':
      return deliverDirect(arrival, handling)
    case 'unreadable':
      await inbox.bury(record.body, arrival.reason, idHere(record))
      return done
  }
}

/** An email that was due later: what the schedule does not know stands in the record. */
async function deliverKnown(id: string, postern: Postern, stop: Stop): Promise<Disposition> {
  const email = await postern.emails.get(id)
  return email ? deliver(postern, jobOf(email), stop) : done
}

/** The id of the email that a message becomes: a redelivery of it is the same email. */
export function idHere({ messageId, attributes }: SQSRecord): string {
  return idOf(messageId, Number(attributes.SentTimestamp))
}

async function deliverDirect(
  arrival: Received & { kind: 'email' },
  { record, inbox, postern, stop }: Handling,
): Promise<Disposition> {
  const { SentTimestamp, ApproximateReceiveCount } = record.attributes
  const at = Number(SentTimestamp)
  const id = arrival.id ?? idHere(record)
  const again = arrival.id !== undefined || Number(ApproximateReceiveCount) > 1
  const adoption = await adopt(postern, { body: arrival.body, id, at, again })
  if (adoption.kind === 'refused') {
    await inbox.bury(record.body, adoption.reason, id)
    return done
  }
  if (adoption.kind === 'unavailable') {
    if (postern.clock.now() - at < patienceMs) return unavailable
    await inbox.bury(record.body, 'no mail was taken for three days', id)
    return done
  }
  const { job } = adoption
  if (job.dueAt === undefined) return deliver(postern, job, stop)
  // Longer than this message may wait here.
  await postern.queue.put([job])
  return done
}
