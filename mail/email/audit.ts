import { dayMs } from './time.ts'

/** What a person, or a program with full access, can do that is written down. */
export const auditActions = [
  'settings.saved',
  'key.created',
  'key.changed',
  'key.revoked',
  'domain.added',
  'domain.changed',
  'domain.removed',
  'suppression.added',
  'suppression.removed',
  'suppressions.imported',
  'list.created',
  'list.changed',
  'list.removed',
  'unsubscribe_keys.rotated',
  'webhook.created',
  'webhook.changed',
  'webhook.removed',
  'webhook.secret_rotated',
  'webhook.replayed',
  'template.created',
  'template.changed',
  'template.removed',
  'template.published',
  'template.restored',
  'template.duplicated',
  'email.retried',
  'email.canceled',
  'email.released',
  'email.rescheduled',
  'batch.paused_or_canceled',
  'batch.resumed',
  'dead_letter.redriven',
  'dead_letter.removed',
  'queue.paused',
  'queue.resumed',
  'sender.resumed',
  'address.erased',
] as const

export type AuditAction = (typeof auditActions)[number]

/**
 * - `begun`: nothing was answered yet, or a crash came between: it may have been done.
 * - `done`, `refused`: as it was answered.
 */
export const auditOutcomes = ['begun', 'done', 'refused'] as const

export type AuditOutcome = (typeof auditOutcomes)[number]

/**
 * - `key`: a program with an API key; `console`: a browser that signed in with one.
 * - `local`: on this machine, where no key is needed; `aws`: with credentials of the AWS account.
 * - `command`: a command that opened the data directory of a stopped Postern.
 * - `start`: Postern itself, which makes the first key where it starts without any.
 */
export const auditActors = ['key', 'console', 'local', 'aws', 'command', 'start'] as const

export type AuditActor = (typeof auditActors)[number]

/** So many days a line is kept unless set otherwise: a year, whatever February has. */
export const auditDays = 366

export const auditMs = auditDays * dayMs
