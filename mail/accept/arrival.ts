import { comparisonKey, domainOf } from '../email/address.ts'
import type { Email, Recipient } from '../email/email.ts'
import type { EngineName } from '../email/engine-name.ts'
import type { Caller } from '../keys/caller.ts'
import type { InForce } from '../ports/in-force.ts'
import type { Arrival } from '../ports/intake.ts'
import { settingsIn } from '../settings/in-project.ts'
import { contentBytes, type EmailRequest } from '../request/email-request.ts'
import { hasRemote } from './gather.ts'
import { isCaptured, withReach } from './reach.ts'
import { mayBounceTo } from './senders.ts'
import { streamOf } from './stream-of.ts'

/** An email about to be accepted. */
interface Wanted {
  readonly id: string
  readonly request: EmailRequest
  readonly caller: Caller
  /** The engine a person chose; the settings' own otherwise. */
  readonly engine?: EngineName
  /** Emails that its request asks for, itself included; one unless given. */
  readonly together?: number
}

/** What accepting this email writes. */
export function arrivalOf(wanted: Wanted, inForce: InForce, now: number): Arrival {
  const { request, engine } = wanted
  if (hasRemote(request)) throw new Error('an attachment was not brought: it would be lost')
  const email = recordOf(wanted, inForce, now)
  return { email: engine ? { ...email, engine } : email, content: request.content }
}

function recordOf(wanted: Wanted, inForce: InForce, now: number): Email {
  const { id, caller, engine, together = 1 } = wanted
  const settings = settingsIn(inForce.settings, caller.project)
  const capture = isCaptured(caller, settings, engine)
  const request = capture ? wanted.request : withReach(wanted.request, settings)
  const { envelopeFrom: bounceTo, sender } = request
  const { from, to, cc, bcc, replyTo, subject, tags, group, content, scheduledAt } = request
  const { list, ignoreSuppressions, template } = request
  const dueAt = scheduledAt ?? now
  const chosen = from.address ? undefined : settings.from.address!
  const domain = domainOf(from.address ?? chosen!)
  const reason = request.notes?.join('; ')
  return {
    id,
    owner: caller.owner,
    project: caller.project,
    stream: streamOf(request, caller, settings, together),
    createdAt: now,
    messageId: request.messageId ?? `<${id}@${domain}>`,
    from,
    sender,
    envelopeFrom: mayBounceTo(bounceTo, caller, settings) ? bounceTo : undefined,
    to,
    cc,
    bcc,
    replyTo,
    subject,
    tags,
    group,
    list,
    ignoreSuppressions,
    template,
    traceparent: caller.traceparent,
    size: contentBytes(content),
    capture,
    onAmbiguous: request.onAmbiguous ?? settings.delivery.onAmbiguous,
    state: scheduledAt === undefined ? 'queued' : 'scheduled',
    revision: 1,
    recipients: recipientsOf(request),
    dueAt,
    scheduled: scheduledAt !== undefined,
    since: dueAt,
    attempts: 0,
    timeline: [
      { at: now, what: 'accepted', ...(chosen && { from: chosen }), ...(reason && { reason }) },
    ],
  }
}

/** The envelope: every mailbox of To, Cc and Bcc once, in the spelling that comes first. */
function recipientsOf({ to, cc, bcc }: EmailRequest): Recipient[] {
  const addresses = new Map<string, string>()
  for (const { address } of [...to, ...cc, ...bcc]) {
    const key = comparisonKey(address)
    if (!addresses.has(key)) addresses.set(key, address)
  }
  return [...addresses.values()].map((address) => ({ address, state: 'queued' }))
}
