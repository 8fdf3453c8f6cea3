import type { Context } from 'hono'
import { Refusal } from './errors.ts'

/** The caller's Idempotency-Key. @throws Refusal 400 when it is empty or too long */
export function readIdempotencyKey(c: Context): string | undefined {
  const key = c.req.header('idempotency-key')
  if (key === undefined || (key.length >= 1 && key.length <= 256)) return key
  throw new Refusal(
    400,
    'invalid_idempotency_key',
    'The Idempotency-Key must have 1 to 256 characters.',
  )
}
