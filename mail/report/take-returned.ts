import { idOf, newId } from '../email/id.ts'
import { readFields, valueOf } from '../email/mime-fields.ts'
import { plainText } from '../email/raw-header.ts'
import type { Clock } from '../ports/clock.ts'
import type { Fleet } from '../ports/fleet.ts'
import type { SettingsInForce } from '../ports/in-force.ts'
import type { Signals } from '../ports/signals.ts'
import type { Strays } from '../ports/strays.ts'
import { readReturned, type Returned } from './returned.ts'
import { returnedSignals } from './returned-signals.ts'

/** What is needed to take email that came back. */
export interface Receiving {
  readonly signals: Signals
  readonly strays: Strays
  readonly clock: Clock
  readonly fleet: Pick<Fleet, 'findEmail'>
  readonly inForce: Pick<SettingsInForce, 'current'>
}

export interface ReturnedMail {
  readonly bytes: Buffer
  /** The addresses it was sent to, as far as the door knows them. */
  readonly returnedTo?: readonly string[]
  /** Where it lies, which it may be read from again, and since when: it is kept once all the same. */
  readonly source?: { readonly name: string; readonly at: number }
}

/** What came of it; durable either way. */
export type Received =
  | { readonly kind: 'reported'; readonly emailId: string; readonly signals: number }
  | { readonly kind: 'kept'; readonly id: string; readonly reason: string }

/** Largest returned email that is read, in bytes: a report brings back a header, or a whole email. */
export const mostReturnedBytes = 10_000_000

/**
 * Takes an email that came back, whichever way. Only what proves to be about an email of ours, and
 * says something that is known, becomes signals; all else is kept for a person and changes nothing.
 */
export async function takeReturned(
  receiving: Receiving,
  { bytes, returnedTo, source }: ReturnedMail,
): Promise<Received> {
  const { signals, strays, clock } = receiving
  const returned = readReturned(bytes, returnedTo)
  const emailId = await provenEmail(receiving, returned.tokens)
  const found = emailId ? returnedSignals(returned, emailId) : []
  if (emailId && (found.length > 0 || saysNothing(returned))) {
    if (found.length > 0) await signals.put(found)
    return { kind: 'reported', emailId, signals: found.length }
  }
  const reason = emailId || returned.kind === 'unknown' ? reasonOf(returned) : unproven
  const { at = clock.now() } = source ?? {}
  const id = source ? idOf(source.name, at) : newId(at)
  const stray = { id, at, reason, ...(emailId && { emailId }), ...shown(bytes) }
  await strays.keep(stray, bytes)
  return { kind: 'kept', id: stray.id, reason }
}

/** Only that the email was handed on: nothing a person could do. */
function saysNothing({ kind }: Returned): boolean {
  return kind === 'delivery'
}

const unproven = 'nothing in it proves which email it is about'

function reasonOf(returned: Returned): string {
  return returned.kind === 'unknown' ? returned.reason : unproven
}

/** The id of an email of ours that one of these tokens proves. */
export async function provenEmail(
  { fleet, inForce }: Pick<Receiving, 'fleet' | 'inForce'>,
  tokens: readonly string[],
): Promise<string | undefined> {
  if (tokens.length === 0) return undefined
  const { settings } = await inForce.current()
  return (await fleet.findEmail(tokens, settings.secrets)) ?? undefined
}

/** Characters of a header field that are shown in a list. */
const longestShown = 200

function shown(bytes: Buffer) {
  const { fields } = readFields(bytes, 100_000)
  const text = (name: string) => plainText(valueOf(fields, name) ?? '', longestShown)
  return { from: text('from'), subject: text('subject'), size: bytes.byteLength }
}
