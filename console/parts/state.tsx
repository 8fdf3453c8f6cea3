/** Where an email or a recipient stands, in a word and a colour that says how much to worry. */
export function State({ state }: { readonly state: string }) {
  return <span class={`state ${toneOf(state)}`}>{labels[state] ?? state}</span>
}

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet'

export function toneOf(state: string): Tone {
  return tones[state] ?? 'quiet'
}

const tones: Readonly<Record<string, Tone>> = {
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
}

export const labels: Readonly<Record<string, string>> = {
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
