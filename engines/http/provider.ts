import { remoteText, withLeft, type Outcome, type Verdict } from '../../mail/email/outcome.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import type { EngineName } from '../../mail/email/engine-name.ts'
import type { Api, ApiCall } from './api.ts'
import { CannotCarry } from './cannot-carry.ts'
import type { Answer, Exchange } from './exchange.ts'
import { outcomeOfLoss } from './judge.ts'

/** What one provider's HTTP API has of its own. */
export interface Provider {
  readonly name: EngineName
  readonly api: Api
  /** Why nothing can leave with these settings, such as a missing key. */
  readonly fault: string | undefined
  /** @throws CannotCarry when the API cannot be told this email unchanged */
  request(parcel: Parcel): Promise<Handover | Refusal>
  outcomeOf(answer: Answer, parcel: Parcel, now: number): Outcome
  verify(ask: (call: ApiCall) => Promise<Exchange>): Promise<Verdict>
}

export interface Handover {
  readonly call: ApiCall
  /** Recipients for whom one request had no room: they go with the next. */
  readonly left?: readonly string[]
}

/** Why the provider is not asked. */
export interface Refusal {
  readonly refusal: { readonly reason: string; readonly elsewhere?: boolean }
}

/** An engine that hands each email to a provider with one HTTP request. */
export function providerEngine(provider: Provider, clock: Pick<Clock, 'now'>): Engine {
  const { name, api, fault } = provider
  return {
    name,
    async send(parcel, signal): Promise<Outcome> {
      if (fault !== undefined) return { kind: 'blocked', reason: fault }
      const handover = await provider.request(parcel).catch(refusalOf(name))
      if ('refusal' in handover) return { kind: 'rejected', ...handover.refusal }
      const done = await api.call(handover.call, signal)
      const outcome =
        done.kind === 'lost' ? outcomeOfLoss(done) : provider.outcomeOf(done, parcel, clock.now())
      return withLeft(outcome, handover.left ?? [])
    },
    async verify(signal): Promise<Verdict> {
      if (fault !== undefined) return { valid: false, reason: fault }
      return provider.verify((call) => api.call(call, signal))
    },
    rate: async () => null,
    close: async () => api.close(),
  }
}

function refusalOf(name: EngineName) {
  return (error: Error): Refusal => {
    if (!(error instanceof CannotCarry)) throw error
    const reason = remoteText(`${name} cannot carry this email unchanged: ${error.message}`)
    return { refusal: { reason, elsewhere: true } }
  }
}
