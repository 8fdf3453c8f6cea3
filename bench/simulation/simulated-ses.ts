import type { Engine } from '../../mail/ports/engine.ts'
import type { World } from './world.ts'

/** SES as far as it shapes how fast emails leave. */
interface SimulatedSes {
  readonly engine: Engine
  /** Of attempts: those it took, and those it refused because they came too fast. */
  readonly accepted: number
  readonly throttled: number
  /** When so many had been accepted, in order; undefined when there were not so many. */
  timeOf(count: number): number | undefined
  /** Accepted once more than needed. */
  readonly doubled: number
  /** When an email with this subject was accepted first. */
  acceptedAt(subject: string): number | undefined
}

export interface SesOptions {
  readonly world: World
  /** Recipients a second, on average; so many may come at once (one second's worth). */
  readonly perSecond: number
  /** Of a call: the middle one, in milliseconds. */
  readonly latencyMs: number
  readonly random: () => number
  /** Between these times, from the start, it answers nothing but that it is unavailable. */
  readonly outage?: { readonly fromMs: number; readonly toMs: number }
}

export function simulatedSes(options: SesOptions): SimulatedSes {
  const { world, perSecond, latencyMs, random, outage } = options
  const { clock } = world
  const since = clock.now()
  const seen = new Set<string>()
  const special = new Map<string, number>()
  const state = { throttled: 0, doubled: 0 }
  const times: number[] = []
  let tokens = perSecond
  let filledAt = since

  function takes(count: number): boolean {
    tokens = Math.min(perSecond, tokens + ((clock.now() - filledAt) / 1_000) * perSecond)
    filledAt = clock.now()
    if (tokens < count) return false
    tokens -= count
    return true
  }

  function isOut(): boolean {
    const at = clock.now() - since
    return outage !== undefined && at >= outage.fromMs && at < outage.toMs
  }

  return {
    get accepted() {
      return times.length
    },
    get throttled() {
      return state.throttled
    },
    get doubled() {
      return state.doubled
    },
    timeOf: (count) => times[count - 1],
    acceptedAt: (subject) => special.get(subject),
    engine: {
      name: 'ses',
      async send({ id, subject, envelope }) {
        const ms = latencyMs * spread(random)
        await world.sleep(ms / 2)
        const answer = isOut() ? 'out' : takes(envelope.to.length) ? 'yes' : 'no'
        if (answer === 'yes') {
          times.push(clock.now())
          if (seen.has(id)) state.doubled += 1
          seen.add(id)
          if (subject !== '' && !special.has(subject)) special.set(subject, clock.now())
        } else if (answer === 'no') state.throttled += 1
        await world.sleep(ms / 2)
        if (answer === 'yes') return { kind: 'sent', remoteId: id }
        // What engines/ses/judge.ts makes of TooManyRequestsException and of 503.
        return {
          kind: 'deferred',
          reason: answer === 'no' ? 'Maximum sending rate exceeded.' : '503',
        }
      },
      verify: async () => ({ valid: true }),
      rate: async () => perSecond,
      close: async () => undefined,
    },
  }
}

/** Log-normal around 1: one call in a hundred takes two and a half times as long as the middle one. */
export function spread(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.exp(0.4 * normal)
}
