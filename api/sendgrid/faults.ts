import type { z } from 'zod'
import type { Fault } from '../../mail/request/fault.ts'
import { required } from '../../mail/email/zod-words.ts'

/** What is wrong in the words of a caller of SendGrid, from what Zod found. */
export function faultOf(issue: z.core.$ZodIssue): Fault {
  const field = issue.path.map(String).join('.') || 'body'
  return issue.message === required
    ? { field, rule: required, kind: 'missing' }
    : invalid(field, issue.message)
}

export function invalid(field: string, rule: string): Fault {
  return { field, rule, kind: 'invalid' }
}
