import type { z } from 'zod'
import type { Acceptance } from '../../mail/accept/accept.ts'
import type { Managed } from '../../mail/manage/manage.ts'
import type { Email } from '../../mail/email/email.ts'
import { invalid, notFound, Refusal } from '../http/errors.ts'
import { notNow } from '../http/not-now.ts'

/** The body as its schema wants it. @throws Refusal 422 that names every fault */
export function readBody<T>(schema: z.ZodType<T>, body: Record<string, unknown>): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw invalid(
    parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), rule: issue.message })),
  )
}

/** The requested email. @throws Refusal 404 when unknown, 409 when its state does not allow it */
export function managedEmail(managed: Managed): Email {
  if (managed.kind === 'unknown') throw notFound('Email')
  if (managed.kind === 'refused') throw notPossible(managed.reason)
  return managed.email
}

/** 409 with the reason why it cannot be done as things stand. */
export function notPossible(reason: string): Refusal {
  return new Refusal(409, 'conflict', `Not possible: ${reason}.`)
}

/** Why no email came of it. */
export function notAccepted(no: Exclude<Acceptance, { kind: 'accepted' }>): Refusal {
  switch (no.kind) {
    case 'invalid':
      return invalid(no.faults.map(({ field, rule }) => ({ path: field, rule })))
    case 'forbidden':
      return new Refusal(403, 'validation_error', `Not allowed: ${no.reason}.`)
    default:
      return notNow(no)
  }
}
