import { createHash } from 'node:crypto'
import type { RawField } from '../email/raw-email.ts'
import type { Envelope } from '../email/email.ts'
import { literal } from '../email/literal.ts'

/**
 * What two raw emails have in common when they ask for the same: SHA-256, hexadecimal. A mail
 * library makes a new Message-ID, Date and boundaries each time it is asked to send again, and
 * an application retries with exactly that: they do not count.
 */
export function rawFingerprint(fields: readonly RawField[], body: string, envelope: Envelope) {
  const lines = fields.filter(({ name }) => !volatile.has(name)).map(({ line }) => line)
  const whole = `${lines.join('\r\n')}\r\n\r\n${body}`
  return createHash('sha256')
    .update(JSON.stringify([envelope.from, [...envelope.to].sort()]))
    .update(withoutBoundaries(whole), 'latin1')
    .digest('hex')
}

const volatile = new Set(['message-id', 'date', 'received', 'resend-idempotency-key'])

/** More parts within parts than that are told apart by their boundaries too. */
const mostBoundaries = 20

function withoutBoundaries(text: string): string {
  const found = [...text.matchAll(/\bboundary="?([^"\r\n;]{1,70})/gi)].map(([, name]) =>
    name!.trim(),
  )
  const names = [...new Set(found)].filter(Boolean).slice(0, mostBoundaries)
  if (names.length === 0) return text
  // The longer first: one may be the beginning of another.
  const patterns = [...names].sort((a, b) => b.length - a.length).map((name) => literal(name))
  return text.replace(
    new RegExp(patterns.join('|'), 'g'),
    (name) => `boundary ${names.indexOf(name)}`,
  )
}
