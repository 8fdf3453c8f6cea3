import type { z } from 'zod'
import type { Fault } from '../../mail/request/fault.ts'
import { required } from './fields.ts'

/** What is wrong in the words of a caller of SendGrid, from what Zod found. */
export function faultOf(issue: z.core.$ZodIssue): Fault {
  const field = issue.path.map(String).join('.') || 'body'
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input'))
    return invalid(field, issue.message)
  return issue.message.endsWith('received undefined')
    ? { field, rule: required, kind: 'missing' }
    : invalid(field, `${kinds[issue.expected] ?? issue.expected} is needed`)
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

export function invalid(field: string, rule: string): Fault {
  return { field, rule, kind: 'invalid' }
}
