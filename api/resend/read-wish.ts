import type * as z from 'zod'
import { required } from '../../mail/email/zod-words.ts'
import { refusalOfFaults } from './refusals.ts'

/** A body as its schema wants it. @throws Refusal 422 in Resend's words, that names a fault */
export function readWish<Wish>(schema: z.ZodType<Wish>, body: unknown): Wish {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  throw refusalOfFaults(
    read.error.issues.map(({ path, message }) => ({
      field: path.map(String).join('.'),
      rule: message,
      kind: message === required ? 'missing' : 'invalid',
    })),
  )
}
