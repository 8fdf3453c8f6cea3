import { formatMailbox } from '../../mail/email/address.ts'
import type { Email, TimelineEntry } from '../../mail/email/email.ts'
import { laneOf } from '../../mail/email/lane.ts'
import { pauseInWords, pauseOf } from '../../mail/settings/paused-lanes.ts'
import type { Settings } from '../../mail/settings/settings.ts'
import type { EmailDetail, EmailSummary } from '../openapi/answers.ts'

/**
 * An email in a list: everything but what each recipient and each attempt came to. `engine` is
 * the one that a person chose, `last_engine` the one that had it last.
 */
export function emailSummary(email: Email, settings: Settings): EmailSummary {
  return {
    id: email.id,
    state: email.state,
    created_at: iso(email.createdAt),
    owner: email.owner,
    project: email.project,
    stream: email.stream,
    message_id: email.messageId,
    from: email.from,
    to: email.to.map(formatMailbox),
    cc: email.cc.map(formatMailbox),
    bcc: email.bcc.map(formatMailbox),
    reply_to: email.replyTo.map(formatMailbox),
    subject: email.subject,
    tags: email.tags,
    size: email.size,
    capture: email.capture,
    on_ambiguous: email.onAmbiguous,
    engine: email.engine ?? null,
    last_engine: email.timeline.findLast(({ engine }) => engine)?.engine ?? null,
    remote_id: email.timeline.findLast(({ remoteId }) => remoteId)?.remoteId ?? null,
    scheduled: email.scheduled,
    due_at: iso(email.dueAt),
    attempts: email.attempts,
    next_attempt_at: isoOrNull(email.nextAttemptAt),
    last_reason: email.lastReason ?? null,
    waits_for: pauseFor(email, settings),
    settled_at: isoOrNull(email.settledAt),
    template: email.template ?? null,
    traceparent: email.traceparent ?? null,
  }
}

/** The truth about one email. */
export function emailDetail(email: Email, settings: Settings): EmailDetail {
  return {
    ...emailSummary(email, settings),
    recipients: email.recipients.map(({ address, state, reason = null }) => ({
      address,
      state,
      reason,
    })),
    timeline: email.timeline.map(entryView),
  }
}

/** Why an email is not tried now; who paused it is for the queue to say. */
function pauseFor(email: Email, settings: Settings): string | null {
  const pause = email.state === 'queued' ? pauseOf(settings, laneOf(email)) : undefined
  return pause ? pauseInWords({ ...pause, by: null }) : null
}

function entryView({ at, remoteId, ...entry }: TimelineEntry): EmailDetail['timeline'][number] {
  return { at: iso(at), ...entry, ...(remoteId !== undefined && { remote_id: remoteId }) }
}

/** ISO 8601 in UTC. */
export function iso(time: number): string {
  return new Date(time).toISOString()
}

export function isoOrNull(time: number | undefined): string | null {
  return time === undefined ? null : iso(time)
}
