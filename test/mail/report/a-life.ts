import { expect } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { leaseSeconds } from '../../../mail/deliver/lease.ts'
import { settlement } from '../../../mail/deliver/settlement.ts'
import { jobOf } from '../../../mail/email/job.ts'
import type { Outcome } from '../../../mail/email/outcome.ts'
import type { Signal } from '../../../mail/email/signal.ts'
import { claimable } from '../../../mail/email/states.ts'
import type { Claim } from '../../../mail/ports/emails.ts'
import type { Engine } from '../../../mail/ports/engine.ts'
import { receive } from '../../../mail/report/receive.ts'
import { asking, emailRequest, openPostern } from '../../open-postern.ts'

/** What a signal comes to, from the lowest rank. */
export const finalOf = {
  accepted: 'sent',
  delayed: 'delivery_delayed',
  delivered: 'delivered',
  bounced: 'bounced',
  complained: 'complained',
} as const

/** A signal about one of the recipients. */
export interface Told {
  readonly of: number
  readonly kind: keyof typeof finalOf
}

export const nameOf = ({ of, kind }: Told) => `${of} ${kind}`

/**
 * What else happens: an attempt begins, and ends with an answer or without; a worker dies with the
 * email claimed, and may wake up again later; an hour passes.
 */
export const works = ['attempt', 'sent', 'ambiguous', 'dies', 'wakes', 'hour'] as const
export type Work = (typeof works)[number]

/** A Postern whose engine answers when it is told to. */
export async function openLives() {
  let asked: { readonly to: readonly string[]; answer(outcome: Outcome): void } | undefined
  const engine: Engine = {
    name: 'ses',
    send: ({ envelope: { to } }) => new Promise((answer) => (asked = { to, answer })),
    verify: async () => ({ valid: true }),
    rate: async () => null,
    close: async () => undefined,
  }
  const test = await openPostern({ engines: { ses: engine }, settings: { engine: 'ses' } })
  const take = () => {
    const question = asked
    asked = undefined
    return question
  }
  return { ...test, take }
}

export type Lives = Awaited<ReturnType<typeof openLives>>

let count = 0

/** @param isPartial at the first attempt the first of several recipients is refused for now */
export async function newLife(
  { postern, clock, take }: Lives,
  recipients: number,
  isPartial: boolean,
) {
  const { emails, suppressions, events } = postern
  const domain = `d${(count += 1)}.test`
  const to = Array.from({ length: recipients }, (_, n) => `r${n}@${domain}`)
  const request = emailRequest({ to: to.map((address) => ({ address })) })
  const by = { owner: 'local', project: 'default', scope: '*', capture: false }
  const accepted = await accept(postern, asking(request), by)
  const { id } = accepted as { id: string }
  const at = clock.now()
  /** Whom the provider may have it for: only of them anything can be told. */
  const taken = new Set<string>()
  const proven = new Set<string>()
  const untold: Told[] = []
  const parcels: (readonly string[])[] = []
  let running: { readonly attempt: Promise<unknown>; end(outcome: Outcome): void } | undefined
  let asleep: (Claim & { kind: 'claimed' }) | undefined

  const record = async () => (await emails.get(id, '*'))!

  async function tell(one: Told) {
    const address = to[one.of]!
    const receipt = taken.has(address) ? await receive(postern, signalOf(one, address)) : undefined
    if (receipt?.kind === 'done') proven.add(address)
    else untold.push(one)
  }

  function signalOf(one: Told, address: string): Signal {
    const bounce = one.kind === 'bounced' ? ({ bounce: 'hard', reported: true } as const) : {}
    const key = `${nameOf(one)} ${id}`
    return { source: 'ses', key, kind: one.kind, at, emailId: id, address, ...bounce }
  }

  async function tellTheRest() {
    for (const one of untold.splice(0)) await tell(one)
  }

  /** Does nothing where none may begin now. */
  async function begin() {
    if (running) return
    const attempt = deliver(postern, jobOf(await record()))
    let question = take()
    while (!question && (await isPending(attempt))) question = take()
    if (!question) return
    const isFirst = parcels.push(question.to) === 1
    const isLeft = (address: string) => isPartial && isFirst && recipients > 1 && address === to[0]
    const refused = question.to
      .filter(isLeft)
      .map((address) => ({ address, kind: 'deferred', reason: '450 later' }) as const)
    expect(question.to.filter((address) => proven.has(address))).toEqual([])
    for (const address of question.to) if (!isLeft(address)) taken.add(address)
    running = { attempt, end: (outcome) => question.answer({ ...outcome, refused } as Outcome) }
  }

  async function end(outcome: Outcome) {
    running?.end(outcome)
    await running?.attempt
    running = undefined
  }

  async function die() {
    const claim = await emails.claim(id, clock.now(), leaseSeconds)
    if (claim.kind !== 'claimed') return
    asleep = claim
    // Who takes over first writes down that there is a doubt.
    if (!claim.takenOver) for (const address of waitingIn(claim)) taken.add(address)
  }

  /** It had sent the email; and says so now, if it still may. */
  async function wake() {
    if (!asleep || asleep.takenOver) return
    const recipients = waitingIn(asleep)
    const tries = [{ engine: 'ses', at, recipients, outcome: { kind: 'sent' } }] as const
    const options = { now: clock.now(), giveUpAfterHours: 24, random: 1 }
    await emails.settle(id, asleep.claim, settlement(asleep.email, tries, options))
    asleep = undefined
  }

  const doing: Readonly<Record<Work, () => Promise<unknown>>> = {
    attempt: begin,
    sent: () => end({ kind: 'sent' }),
    ambiguous: () => end({ kind: 'ambiguous', reason: 'lost' }),
    dies: die,
    wakes: wake,
    hour: async () => !running && clock.advance(3_600_000),
  }

  /** Until it is settled and all is told. Too often in doubt: a person finds that it came. */
  async function liveOn() {
    for (let email = await record(); untold.length > 0 || !isOver(email.state);) {
      await end({ kind: 'sent' })
      await clock.advance(7_200_000)
      await begin()
      await end({ kind: 'sent' })
      email = await record()
      for (const [of, { state }] of email.recipients.entries())
        if (state === 'held') await tell({ of, kind: 'accepted' })
      await tellTheRest()
      email = await record()
    }
  }

  return {
    async take(step: Told | Work) {
      await (typeof step === 'string' ? doing[step]() : tell(step))
      await tellTheRest()
    },
    liveOn,
    to,
    /** To whom each attempt was made. */
    parcels,
    states: async () => (await record()).recipients.map(({ state }) => state),
    events: async () =>
      (await events.list({ scope: '*', limit: 100 })).data
        .filter(({ emailId, source }) => emailId === id && source !== 'postern')
        .map(({ address, type }) => `${to.indexOf(address!)} ${kindOf(type)}`)
        .sort(),
    suppressed: async () =>
      (await suppressions.find({ project: 'default', addresses: to }))
        .map(({ address }) => to.indexOf(address))
        .sort(),
  }
}

const isOver = (state: Parameters<typeof claimable.includes>[0]) =>
  state !== 'held' && !claimable.includes(state)

const waitingIn = ({ email }: Claim & { kind: 'claimed' }) =>
  email.recipients.filter(({ state }) => state === 'queued').map(({ address }) => address)

const kindOf = (type: string) => type.replace('email.', '').replace('delivery_', '')

async function isPending(work: Promise<unknown>): Promise<boolean> {
  const turn = new Promise((resolve) => setImmediate(() => resolve('pending')))
  return (await Promise.race([work, turn])) === 'pending'
}
