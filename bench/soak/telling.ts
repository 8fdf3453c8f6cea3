import type { KillerEntry, ToldEntry } from './entries.ts'
import type { PosternRecord } from './records.ts'
import type { KeptEvent } from './webhook.ts'

/** Everything that the endpoint of a webhook heard, and what Postern says. */
export interface TellingEvidence {
  readonly heard: readonly ToldEntry[]
  readonly killed: readonly KillerEntry[]
  readonly events: readonly KeptEvent[]
  readonly records: readonly PosternRecord[]
}

/** Every event accounted for. The lists of faults name them; all must be empty. */
export interface TellingAccount {
  readonly events: number
  readonly deliveries: number
  /** Refused or cut off by the endpoint, so told again. */
  readonly refused: number
  /** Told again though it had been taken, and most of those by one kill. */
  readonly extra: number
  readonly mostByOneKill: number
  readonly faults: Readonly<Record<TellingFault, readonly string[]>>
}

type TellingFault = keyof typeof tellingFaults

/** What must never happen. */
export const tellingFaults = {
  untold: 'an event that is kept, and that the endpoint never took',
  silent: 'what became of a recipient, without any event that tells it',
  renamed: 'told again under another id',
  repeated: 'told again after it was taken, though no kill explains that',
  unsigned: 'a signature that the verifier refuses',
} as const

/** Most requests that Postern makes to one endpoint at a time, and most that one kill can double. */
const mostInFlight = 20

/** Between writing down a kill and the end of what is killed, in milliseconds. */
const killingMs = 1_000

export function accountOfTelling(evidence: TellingEvidence): TellingAccount {
  const { heard, events, records } = evidence
  const taken = heard.filter(({ answer }) => answer === 'taken')
  const byId = Map.groupBy(taken, ({ id }) => id)
  const told = new Set(taken.map(keyOf))
  const extras = [...byId.values()].flatMap((all) => extrasOf(all, evidence.killed))
  const kills = byKill(extras)
  return {
    events: events.length,
    deliveries: heard.length,
    refused: heard.length - taken.length,
    extra: extras.length,
    mostByOneKill: Math.max(0, ...[...kills.values()].map(({ length }) => length)),
    faults: {
      untold: events.filter(({ id }) => !byId.has(`msg_${id}`)).map(({ id }) => id),
      silent: records.flatMap((record) => silentOf(record, told)),
      renamed: renamedOf(taken),
      repeated: [...kills]
        .filter(([at, all]) => at === undefined || all.length > mostInFlight)
        .flatMap(([, all]) => all.map(({ id }) => id)),
      unsigned: heard.filter(({ isSigned }) => !isSigned).map(({ id }) => id),
    },
  }
}

/** What must not be, in words; nothing when all is well. */
export function tellingFaultWords({ faults }: TellingAccount): string[] {
  return Object.entries(faults)
    .filter(([, those]) => those.length > 0)
    .map(([kind, those]) => {
      const some = those.slice(0, 5).join(', ')
      return `${kind} (${tellingFaults[kind as TellingFault]}): ${those.length}, such as ${some}`
    })
}

interface Extra {
  readonly id: string
  /** The kills that may explain it: two may be close to each other. */
  readonly kills: readonly number[]
}

/** Every delivery after the first that was taken: a kill came before that was written down. */
function extrasOf(deliveries: readonly ToldEntry[], killed: readonly KillerEntry[]): Extra[] {
  const kills = killed.filter(({ what }) => what === 'killed').map(({ at }) => at)
  return deliveries.slice(1).map(({ id, at: until }, i) => {
    const since = deliveries[i]!.at - killingMs
    return { id, kills: kills.filter((at) => at >= since && at <= until) }
  })
}

/** Each with one of its kills, the one with the fewest so far; those without one under undefined. */
function byKill(extras: readonly Extra[]): Map<number | undefined, Extra[]> {
  const all = new Map<number | undefined, Extra[]>()
  const count = (kill: number) => all.get(kill)?.length ?? 0
  for (const extra of extras.toSorted((a, b) => a.kills.length - b.kills.length)) {
    const [kill] = extra.kills.toSorted((a, b) => count(a) - count(b))
    all.set(kill, [...(all.get(kill) ?? []), extra])
  }
  return all
}

const typeOf: Readonly<Record<string, string>> = { sent: 'email.sent', failed: 'email.failed' }

type About = Pick<ToldEntry, 'type' | 'emailId' | 'recipient'>

function keyOf({ type, emailId, recipient }: About): string {
  return `${type} ${emailId} ${recipient}`
}

function silentOf({ id, recipients }: PosternRecord, told: ReadonlySet<string>): string[] {
  return recipients
    .filter(({ address, state }) => {
      const type = typeOf[state]
      return type !== undefined && !told.has(keyOf({ type, emailId: id, recipient: address }))
    })
    .map(({ address }) => address)
}

/** A recipient is sent an email once, whatever came between. */
function renamedOf(taken: readonly ToldEntry[]): string[] {
  const sent = Map.groupBy(
    taken.filter(({ type }) => type === 'email.sent'),
    keyOf,
  )
  return [...sent]
    .filter(([, all]) => new Set(all.map(({ id }) => id)).size > 1)
    .map(([about]) => about)
}
