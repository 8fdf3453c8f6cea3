import { mostRepeats } from '../../mail/retry.ts'
import { digestOf, envelopeOf, numberIn, soakEmail, type SoakEmail } from './email.ts'
import type { KillerEntry, ProducerEntry, SinkEntry, Stored } from './entries.ts'
import type { PosternRecord } from './records.ts'

/** Everything that was seen, and what Postern says. */
export interface Evidence {
  readonly seed: number
  readonly produced: readonly ProducerEntry[]
  readonly sunk: readonly SinkEntry[]
  readonly killed: readonly KillerEntry[]
  readonly records: readonly PosternRecord[]
  /**
   * When a person saw to what was held: one who has an email tried again because a recipient lacks it
   * takes into account that the others, whose copy was in doubt, get another.
   */
  readonly seenToAt?: number
}

/** Every email and recipient accounted for. The lists of faults name them; all must be empty. */
export interface Account {
  readonly tried: number
  readonly acknowledged: number
  /** Copies wanted: one for each recipient of what was acknowledged. */
  readonly wanted: number
  readonly copies: number
  readonly refused: number
  readonly extra: { readonly forced: number; readonly byKill: number }
  /** Most emails that one kill doubled, and how long before a kill the sink had answered. */
  readonly mostByOneKill: number
  readonly beforeKillMs: readonly number[]
  /** Never acknowledged, delivered all the same: the answer was lost. */
  readonly unacknowledged: number
  /** Attempts that Postern has on record as ambiguous, and emails that it held in doubt at the end. */
  readonly ambiguous: number
  readonly held: number
  /** That one recipient got. */
  readonly mostCopies: number
  readonly faults: Readonly<Record<FaultKind, readonly string[]>>
}

export type FaultKind = keyof typeof faultKinds

/** What must never happen. */
export const faultKinds = {
  lost: 'acknowledged, yet neither delivered nor refused for good',
  unexplained: 'an extra copy that neither the sink nor a kill explains',
  unrecorded: 'more copies than one and the ambiguous attempts on record',
  extraOnHold: 'an extra copy of an email that was to be held when in doubt',
  tooMany: 'more copies for one recipient than are ever sent in doubt',
  ghost: 'delivered, though never asked for',
  astray: 'delivered to a recipient it was not for',
  corrupted: 'delivered with another content',
  varied: 'copies of one email that differ in their bytes',
  twice: 'accepted as two emails under one Idempotency-Key',
  misstated: 'Postern states what the sink did not see, or the other way round',
  pending: 'still waiting at the end',
} as const

/**
 * Between the sink's answer and a kill Postern may have taken this many newer emails, each from the
 * first word to the answer: then it had time to put the outcome on record, however busy the machine.
 */
const mostTakenMeanwhile = 20

/** Most emails that Postern sends at a time: one kill can hardly double more of them. */
const mostInHand = 71

export function reconcile(evidence: Evidence): Account {
  const { seed, produced, sunk, records, seenToAt = Infinity } = evidence
  const tried = new Set(numbersOf(produced, 'try'))
  const acknowledged = new Set(numbersOf(produced, 'ack'))
  const stored = sunk.filter((entry) => entry.what === 'stored')
  const copies = Map.groupBy(
    stored.flatMap((copy) => copy.to.map((to) => ({ to, copy }))),
    ({ to }) => to,
  )
  const refused = new Set(sunk.flatMap((entry) => (entry.what === 'refused' ? entry.to : [])))
  const recordsOf = Map.groupBy(records, ({ subject }) => numberIn(seed, subject))
  const extras = extrasOf(copies, evidence)
  const emails = [...tried].map((n) => soakEmail(seed, n))
  const wanted = emails.filter(({ n }) => acknowledged.has(n)).flatMap(envelopeOf)
  return {
    tried: tried.size,
    acknowledged: acknowledged.size,
    wanted: wanted.length,
    copies: stored.reduce((sum, { to }) => sum + to.length, 0),
    refused: refused.size,
    extra: { forced: count(extras, 'forced'), byKill: count(extras, 'kill') },
    mostByOneKill: Math.max(0, ...emailsByKill(extras).map(({ length }) => length)),
    beforeKillMs: extras.flatMap(({ beforeKillMs }) => beforeKillMs ?? []).sort((a, b) => a - b),
    unacknowledged: emails.filter(
      (email) => !acknowledged.has(email.n) && envelopeOf(email).some((to) => copies.has(to)),
    ).length,
    ambiguous: records.reduce((sum, { ambiguous }) => sum + ambiguous, 0),
    held: records.filter(({ state }) => state === 'held').length,
    mostCopies: Math.max(0, ...[...copies.values()].map(({ length }) => length)),
    faults: {
      lost: wanted.filter((to) => !copies.has(to) && !refused.has(to)),
      unexplained: extras.filter(({ why }) => why === 'nothing').map(({ to }) => to),
      unrecorded: emails.flatMap((email) => unrecordedOf(email, copies, recordsOf)),
      extraOnHold: emails
        .filter(({ onAmbiguous }) => onAmbiguous === 'hold')
        .flatMap(envelopeOf)
        .filter((to) => copiesBefore(seenToAt, copies.get(to)) > 1),
      tooMany: [...copies].filter(([, all]) => all.length > 1 + mostRepeats).map(([to]) => to),
      ghost: stored.filter(({ n }) => n === undefined || !tried.has(n)).flatMap(({ to }) => to),
      astray: stored.flatMap((copy) => astrayOf(copy, seed)),
      corrupted: stored.filter((copy) => isCorrupted(copy, seed)).flatMap(({ to }) => to),
      varied: variedOf(stored),
      twice: twiceOf(produced, recordsOf, emails),
      misstated: emails.flatMap((email) => misstatedOf(email, copies, refused, recordsOf)),
      pending: records.filter(({ state }) => !settled.includes(state)).map(({ id }) => id),
    },
  }
}

/** What must not be, in words; nothing when all is well. */
export function faultWords({ faults }: Account): string[] {
  return Object.entries(faults)
    .filter(([, those]) => those.length > 0)
    .map(([kind, those]) => {
      const some = those.slice(0, 5).join(', ')
      return `${kind} (${faultKinds[kind as FaultKind]}): ${those.length}, such as ${some}`
    })
}

/** All say that an engine took it. */
const taken: readonly string[] = ['sent', 'delivered', 'delivery_delayed', 'bounced', 'complained']

/** The states in which nothing waits; `held` waits for a person, who has seen to it by then. */
const settled: readonly string[] = [...taken, 'failed', 'held']

type Copies = ReadonlyMap<string, readonly { readonly copy: Stored }[]>
type Records = ReadonlyMap<number | undefined, readonly PosternRecord[]>

function numbersOf(produced: readonly ProducerEntry[], what: ProducerEntry['what']) {
  return produced.filter((entry) => entry.what === what).map(({ n }) => n)
}

interface Extra {
  readonly n?: number
  readonly to: string
  readonly why: 'forced' | 'kill' | 'nothing'
  /** The kill that explains it, and how long before that the sink had answered. */
  readonly killedAt?: number
  readonly beforeKillMs?: number
}

/** Every copy but the last of each recipient: something must have kept Postern from knowing of it. */
function extrasOf(copies: Copies, { killed, sunk, produced }: Evidence): Extra[] {
  const kills = killed.filter(({ what }) => what === 'killed').map(({ at }) => at)
  const downs = sunk.filter(({ what }) => what === 'down').map(({ at }) => at)
  const taken = takenOf(produced)
  const extras = [...copies].flatMap(([to, all]) =>
    all.slice(1).map(({ copy: { at: until } }, i) => explained(to, all[i]!.copy, until)),
  )
  const tooMany = new Set(
    emailsByKill(extras)
      .filter(({ length }) => length > mostInHand)
      .flat(),
  )
  return extras.map((extra) => (tooMany.has(extra) ? { ...extra, why: 'nothing' } : extra))

  /** @param until when the next copy came */
  function explained(to: string, copy: Stored, until: number): Extra {
    const { n, openedAt, answeredAt, fault } = copy
    if (fault === 'dropAfter') return { n, to, why: 'forced' }
    const takenBefore = (time: number) =>
      taken.filter(({ from, to }) => from > answeredAt && to < time).length
    // The first end of its connection: what came later knew only what was on record.
    const explains = (end: number | undefined) =>
      end !== undefined && end <= until && takenBefore(end) <= mostTakenMeanwhile
    const killedAt = kills.find((time) => time >= openedAt)
    if (explains(downs.find((time) => time >= openedAt))) return { n, to, why: 'forced' }
    if (killedAt === undefined || !explains(killedAt)) return { n, to, why: 'nothing' }
    return { n, to, why: 'kill', killedAt, beforeKillMs: Math.max(0, killedAt - answeredAt) }
  }
}

/** From when to when each acknowledged email was asked for. */
function takenOf(produced: readonly ProducerEntry[]) {
  const tries = new Map<number, number>()
  for (const { what, n, at } of produced) if (what === 'try') tries.set(n, at)
  return produced
    .filter(({ what }) => what === 'ack')
    .map(({ n, at }) => ({ from: tries.get(n)!, to: at }))
}

function copiesBefore(time: number, copies: readonly { readonly copy: Stored }[] = []): number {
  return copies.filter(({ copy }) => copy.at < time).length
}

function count(extras: readonly Extra[], why: Extra['why']): number {
  return extras.filter((extra) => extra.why === why).length
}

/** One extra copy of every email that a kill doubled, kill by kill. */
function emailsByKill(extras: readonly Extra[]): Extra[][] {
  const byKill = Map.groupBy(
    extras.filter(({ why }) => why === 'kill'),
    ({ killedAt }) => killedAt,
  )
  return [...byKill.values()].map((all) => [...new Map(all.map((one) => [one.n, one])).values()])
}

function unrecordedOf(email: SoakEmail, copies: Copies, records: Records): string[] {
  const ambiguous = (records.get(email.n) ?? []).reduce((sum, one) => sum + one.ambiguous, 0)
  return envelopeOf(email).filter((to) => (copies.get(to)?.length ?? 0) > 1 + ambiguous)
}

/** Addresses of another email, or of this one beyond its envelope. */
function astrayOf({ n, to, subjectNumber }: Stored, seed: number): string[] {
  const own = n === undefined ? [] : envelopeOf(soakEmail(seed, n))
  return to.filter((address) => n !== subjectNumber || !own.includes(address))
}

function isCorrupted({ n, digest }: Stored, seed: number): boolean {
  return n !== undefined && digest !== digestOf(soakEmail(seed, n).body)
}

function variedOf(stored: readonly Stored[]): string[] {
  const kinds = Map.groupBy(stored, ({ n }) => n)
  return [...kinds]
    .filter(([, all]) => new Set(all.map(({ bytes }) => bytes)).size > 1)
    .map(([n]) => `number ${n}`)
}

function twiceOf(
  produced: readonly ProducerEntry[],
  records: Records,
  emails: readonly SoakEmail[],
): string[] {
  const acks = produced.filter((entry) => entry.what === 'ack')
  const ids = Map.groupBy(acks, ({ n }) => n)
  const answered = ({ n }: SoakEmail) => new Set(ids.get(n)?.map(({ id }) => id)).size
  return emails
    .filter(
      (email) => email.key && (answered(email) > 1 || (records.get(email.n)?.length ?? 0) > 1),
    )
    .map(({ n }) => `number ${n}`)
}

/** For every recipient: what was taken must have been stored, `failed` refused for good, and all be known. */
function misstatedOf(
  email: SoakEmail,
  copies: Copies,
  refused: ReadonlySet<string>,
  records: Records,
): string[] {
  const stated = (records.get(email.n) ?? []).flatMap(({ recipients }) => recipients)
  const wrong = stated.filter(
    ({ address, state }) =>
      (taken.includes(state) && !copies.has(address)) ||
      (state === 'failed' && !refused.has(address)),
  )
  const known = new Set(stated.map(({ address }) => address))
  const unknown = envelopeOf(email).filter((to) => copies.has(to) && !known.has(to))
  return [...wrong.map(({ address }) => address), ...unknown]
}
