import type { OutcomeKind } from '../../mail/email/outcome.ts'
import type { EmailState } from '../../mail/email/states.ts'

/** What an email, a recipient or an attempt can be. */
type Word = EmailState | OutcomeKind

/** Where an email or a recipient stands, in a word and a colour that says how much to worry. */
export function State({ state }: { readonly state: Word }) {
  return <span class={`state ${toneOf(state)}`}>{labels[state]}</span>
}

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet'

export function toneOf(state: Word): Tone {
  return tones[state]
}

const tones: Readonly<Record<Word, Tone>> = {
  sent: 'good',
  delivered: 'good',
  scheduled: 'busy',
  queued: 'busy',
  sending: 'busy',
  deferred: 'warn',
  held: 'warn',
  ambiguous: 'warn',
  blocked: 'warn',
  delivery_delayed: 'warn',
  failed: 'bad',
  rejected: 'bad',
  bounced: 'bad',
  complained: 'bad',
  captured: 'quiet',
  discarded: 'quiet',
  suppressed: 'quiet',
  canceled: 'quiet',
}

export const labels: Readonly<Record<Word, string>> = {
  scheduled: 'Scheduled',
  queued: 'Queued',
  sending: 'Sending',
  sent: 'Sent',
  captured: 'Captured',
  discarded: 'Discarded',
  held: 'Held',
  failed: 'Failed',
  suppressed: 'Suppressed',
  canceled: 'Canceled',
  delivered: 'Delivered',
  delivery_delayed: 'Delayed',
  bounced: 'Bounced',
  complained: 'Complained',
  deferred: 'Deferred',
  rejected: 'Rejected',
  blocked: 'Blocked',
  ambiguous: 'In doubt',
}
