export const emailStates = [
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivery_delayed',
  'delivered',
  'held',
  'failed',
  'bounced',
  'complained',
  'captured',
  'discarded',
  'suppressed',
  'canceled',
] as const

/** Where an email stands. One table of transitions; everything not in it is refused. */
export type EmailState = (typeof emailStates)[number]

/** In order of precedence: the first that any recipient is in is the state of the email. */
export const recipientStates = [
  'queued',
  'held',
  'complained',
  'bounced',
  'delivery_delayed',
  'sent',
  'delivered',
  'captured',
  'discarded',
  'failed',
  'suppressed',
  'canceled',
] as const satisfies readonly EmailState[]

/** Where one recipient of an email stands. */
export type RecipientState = (typeof recipientStates)[number]

/**
 * Every transition that work and persons make.
 *
 * `scheduled` and `queued -> held` is what waited when a backup was taken that is brought back,
 * `sending -> sending` the take-over of an expired lease, `scheduled -> scheduled` a new due time,
 * `scheduled -> sending` a job that arrives when its email is due. From `queued` and `held` to
 * `sent`, `captured` or `discarded` leads canceling what is left of an email that some have already.
 */
export const transitions: Readonly<Record<EmailState, readonly EmailState[]>> = {
  scheduled: ['scheduled', 'queued', 'sending', 'held', 'canceled'],
  queued: ['sending', 'sent', 'captured', 'discarded', 'held', 'canceled'],
  sending: ['sending', 'queued', 'sent', 'captured', 'discarded', 'held', 'failed', 'suppressed'],
  sent: [],
  delivery_delayed: [],
  delivered: [],
  held: ['queued', 'sent', 'captured', 'discarded', 'canceled'],
  failed: ['queued'],
  bounced: [],
  complained: [],
  captured: [],
  discarded: [],
  suppressed: [],
  canceled: [],
}

/** What a signal may make of a recipient, and so of an email. */
export const toldStates = [
  'sent',
  'failed',
  'delivery_delayed',
  'delivered',
  'bounced',
  'complained',
  'suppressed',
] as const satisfies readonly RecipientState[]

/**
 * The states that a signal leaves alone. From all others it may lead to any of `toldStates`: its
 * rank (mail/report/) decides for each recipient, and the rest of them for the email. An attempt
 * for the recipients that are left may end there too.
 */
const untold: readonly EmailState[] = ['scheduled', 'complained']

/** Whether an email may go from one state to another. */
export function allowed(from: EmailState, to: EmailState): boolean {
  return transitions[from].includes(to) || (isTold(to) && !untold.includes(from))
}

function isTold(state: EmailState): boolean {
  return (toldStates as readonly EmailState[]).includes(state)
}

/** @throws RangeError when an email may not go from one state to another; to stay is allowed. */
export function checkTransition(from: EmailState, to: EmailState = from): void {
  if (from !== to && !allowed(from, to))
    throw new RangeError(`an email that is ${from} cannot become ${to}`)
}

/** The states from which `to` may be reached: what a conditional write compares with. */
export function sourcesOf(to: EmailState): EmailState[] {
  return emailStates.filter((from) => allowed(from, to))
}

/**
 * The states in which a worker may claim an email; the rest are settled or wait for a person,
 * and a job that arrives for them is acknowledged without effect.
 */
export const claimable: readonly EmailState[] = sourcesOf('sending')

/** Settled means: nothing more will be tried unless a person asks for it. */
export function isSettled(state: EmailState): boolean {
  return !claimable.includes(state) && state !== 'held'
}

/** Settled and not failed: its content is never asked for again. */
export const doneStates = emailStates.filter((state) => isSettled(state) && state !== 'failed')

/**
 * The state of an email, from the states of its recipients: work that is left outweighs doubt,
 * doubt outweighs success, success outweighs failure.
 *
 * @throws RangeError when there are no recipients: an email without any is never accepted.
 */
export function rollUp(recipients: readonly RecipientState[]): RecipientState {
  const state = recipientStates.find((candidate) => recipients.includes(candidate))
  if (!state) throw new RangeError('an email has at least one recipient')
  return state
}
