import { describe, expect, it } from 'vitest'
import { digestOf, envelopeOf, soakEmail, type SoakEmail } from '../../../bench/soak/email.ts'
import type { KillerEntry, ProducerEntry, SinkEntry, Stored } from '../../../bench/soak/entries.ts'
import {
  faultKinds,
  reconcile,
  type Evidence,
  type FaultKind,
} from '../../../bench/soak/reconcile.ts'
import type { PosternRecord } from '../../../bench/soak/records.ts'

const seed = 3

describe('the account of a soak', () => {
  it('finds nothing wrong where every email arrived once', () => {
    expect(faultsOf(allWell())).toEqual({})
  })

  it('finds what was acknowledged and never came', () => {
    const well = allWell()
    const [gone, ...rest] = well.sunk
    expect(faultsOf({ ...well, sunk: rest })).toEqual({
      lost: (gone as Stored).to,
      misstated: (gone as Stored).to,
    })
  })

  it('does not miss what was refused for good, and says when Postern claims it was sent', () => {
    const well = allWell()
    const { n, to } = well.sunk[0] as Stored
    const refused: SinkEntry = { at: 5, what: 'refused', n: n!, to }
    const sunk = [refused, ...well.sunk.slice(1)]
    expect(faultsOf({ ...well, sunk })).toEqual({ misstated: to })
    const records = changed(well.records, n!, { state: 'failed', recipients: told(to, 'failed') })
    expect(faultsOf({ ...well, sunk, records })).toEqual({})
  })

  it('misses nothing that was never acknowledged', () => {
    const well = allWell()
    const produced = well.produced.filter(({ what }) => what === 'try')
    expect(faultsOf({ ...well, produced, sunk: [], records: [] })).toEqual({})
    expect(reconcile({ ...well, produced }).unacknowledged).toBe(numbers.length)
  })

  it.each<[string, Partial<Stored>, KillerEntry[], SinkEntry[]]>([
    ['the sink broke the connection once it had it', { fault: 'dropAfter' }, [], []],
    ['the sink went away', {}, [], [{ at: 1_100, what: 'down' }]],
    ['the process was killed soon after', {}, [{ at: 1_100, what: 'killed', wasReady: true }], []],
  ])('explains an extra copy when %s', (_why, change, killed, more) => {
    const well = allWell()
    const sunk = [...doubled(well, change), ...more]
    const records = well.records.map((record) => ({ ...record, ambiguous: 1 }))
    expect(faultsOf({ ...well, killed, sunk, records })).toEqual({})
    expect(faultsOf({ ...well, killed, sunk })).toEqual({ unrecorded: wants(well.sunk[0]!) })
  })

  it.each<[string, KillerEntry[]]>([
    ['nothing happened', []],
    ['the kill came before', [{ at: 800, what: 'killed', wasReady: true }]],
    ['the kill came after the second copy', [{ at: 30_000, what: 'killed', wasReady: true }]],
  ])('finds an extra copy that nothing explains: %s', (_why, killed) => {
    const well = allWell()
    const records = well.records.map((record) => ({ ...record, ambiguous: 1 }))
    expect(faultsOf({ ...well, killed, sunk: doubled(well), records })).toEqual({
      unexplained: wants(well.sunk[0]!),
    })
  })

  it('explains nothing by a kill before which Postern had time to take many newer emails', () => {
    const well = allWell()
    const records = well.records.map((record) => ({ ...record, ambiguous: 1 }))
    const killed: KillerEntry[] = [{ at: 1_900, what: 'killed', wasReady: true }]
    const newer = range(30).flatMap((i): ProducerEntry[] => [
      { at: 1_200, n: 100 + i, what: 'try' },
      { at: 1_300, n: 100 + i, what: 'ack', id: `id-${100 + i}` },
    ])
    const produced = [...well.produced, ...newer]
    const { faults } = reconcile({ ...well, produced, killed, sunk: doubled(well), records })
    expect(faults.unexplained).toEqual(wants(well.sunk[0]!))
  })

  it('explains no more emails by one kill than Postern sends at a time', () => {
    const well = allWell(range(80))
    const again = well.sunk.map((copy) => ({ ...copy, at: 20_000 }))
    const records = well.records.map((record) => ({ ...record, ambiguous: 1 }))
    const killed: KillerEntry[] = [{ at: 1_100, what: 'killed', wasReady: true }]
    const { faults } = reconcile({ ...well, killed, sunk: [...well.sunk, ...again], records })
    expect(faults.unexplained.length).toBeGreaterThanOrEqual(80)
  })

  it('finds an extra copy of what was to be held', () => {
    const held = range(200).find((n) => soakEmail(seed, n).onAmbiguous === 'hold')!
    const well = allWell([held])
    const sunk = doubled(well, { fault: 'dropAfter' })
    const records = well.records.map((record) => ({ ...record, ambiguous: 1 }))
    expect(faultsOf({ ...well, sunk, records })).toEqual({ extraOnHold: wants(well.sunk[0]!) })
    // Unless a person had it tried again, who knew of the doubt.
    const last = Math.max(...sunk.map(({ at }) => at))
    expect(faultsOf({ ...well, sunk, records, seenToAt: last })).toEqual({})
    expect(faultsOf({ ...well, sunk, records, seenToAt: last + 1 })).toHaveProperty('extraOnHold')
  })

  it('finds a fourth copy, however well the sink explains each, and not a third', () => {
    const well = allWell([0])
    const copies = (count: number) =>
      range(count).map((i): SinkEntry => ({ ...well.sunk[0]!, at: 1_010 + i, fault: 'dropAfter' }))
    const records = well.records.map((record) => ({ ...record, ambiguous: 5 }))
    expect(faultsOf({ ...well, sunk: copies(3), records })).toEqual({})
    expect(faultsOf({ ...well, sunk: copies(4), records })).toEqual({
      tooMany: wants(well.sunk[0]!),
    })
  })

  it('finds a copy of what the sink only answered late', () => {
    const well = allWell()
    const records = well.records.map((record) => ({ ...record, ambiguous: 1 }))
    const sunk = doubled(well, { fault: 'veryLate', answeredAt: 26_010 })
    expect(faultsOf({ ...well, sunk, records })).toEqual({ unexplained: wants(well.sunk[0]!) })
  })

  it('finds what was never asked for', () => {
    const well = allWell()
    const sunk = [...well.sunk, stored(soakEmail(seed, 99))]
    expect(faultsOf({ ...well, sunk }).ghost).toEqual(envelopeOf(soakEmail(seed, 99)))
  })

  it('finds an email in another one’s mailbox', () => {
    const [one, other] = [soakEmail(seed, 0), soakEmail(seed, 1)]
    const well = allWell()
    const sunk = [...well.sunk, { ...stored(one), to: envelopeOf(other), n: 1 }]
    expect(faultsOf({ ...well, sunk }).astray).toEqual(envelopeOf(other))
  })

  it('finds a content that is not the one that was asked for', () => {
    const well = allWell()
    const sunk = well.sunk.map((copy, i) => (i === 0 ? { ...copy, digest: 'else' } : copy))
    expect(faultsOf({ ...well, sunk })).toEqual({ corrupted: wants(well.sunk[0]!) })
  })

  it('finds copies that are not the same to the byte', () => {
    const well = allWell()
    const sunk = doubled(well, { fault: 'dropAfter', bytes: 'other' })
    const records = well.records.map((record) => ({ ...record, ambiguous: 1 }))
    expect(faultsOf({ ...well, sunk, records })).toEqual({ varied: ['number 0'] })
  })

  it('finds one key answered with two ids, or kept as two emails', () => {
    const n = range(200).find((i) => soakEmail(seed, i).key)!
    const well = allWell([n])
    const produced: ProducerEntry[] = [...well.produced, { at: 3, n, what: 'ack', id: 'another' }]
    expect(faultsOf({ ...well, produced })).toEqual({ twice: [`number ${n}`] })
    const records = [...well.records, { ...well.records[0]!, id: 'another' }]
    expect(faultsOf({ ...well, records })).toEqual({ twice: [`number ${n}`] })
  })

  it('finds what still waits', () => {
    const well = allWell()
    const records = changed(well.records, 0, { state: 'queued' })
    expect(faultsOf({ ...well, records })).toEqual({ pending: ['id-0'] })
  })

  it('has a name in words for every kind of fault', () => {
    expect(Object.keys(reconcile(allWell()).faults).sort()).toEqual(Object.keys(faultKinds).sort())
  })
})

const numbers = [0, 1, 2]

function range(length: number): number[] {
  return Array.from({ length }, (_, n) => n)
}

/** Emails that were asked for, acknowledged, delivered once and recorded so. */
function allWell(those: readonly number[] = numbers): Evidence & { sunk: readonly Stored[] } {
  const emails = those.map((n) => soakEmail(seed, n))
  return {
    seed,
    produced: those.flatMap((n): ProducerEntry[] => [
      { at: 1, n, what: 'try' },
      { at: 2, n, what: 'ack', id: `id-${n}` },
    ]),
    sunk: emails.map(stored),
    killed: [],
    records: emails.map(recorded),
  }
}

function stored(email: SoakEmail): Stored {
  return {
    at: 1_010,
    what: 'stored',
    openedAt: 1_000,
    n: email.n,
    to: envelopeOf(email),
    subjectNumber: email.n,
    digest: digestOf(email.body),
    bytes: `bytes of ${email.n}`,
    fault: 'none',
    answeredAt: 1_010,
  }
}

function recorded(email: SoakEmail): PosternRecord {
  const recipients = told(envelopeOf(email), 'sent')
  return { id: `id-${email.n}`, subject: email.subject, state: 'sent', recipients, ambiguous: 0 }
}

function told(to: readonly string[], state: string) {
  return to.map((address) => ({ address, state }))
}

/** The first copy as `change` says, and much later another. */
function doubled({ sunk }: { sunk: readonly Stored[] }, change: Partial<Stored> = {}): SinkEntry[] {
  return [{ ...sunk[0]!, ...change }, ...sunk.slice(1), { ...sunk[0]!, at: 20_000 }]
}

function wants(copy: SinkEntry): readonly string[] {
  return (copy as Stored).to
}

function changed(records: readonly PosternRecord[], n: number, change: Partial<PosternRecord>) {
  return records.map((record) => (record.id === `id-${n}` ? { ...record, ...change } : record))
}

/** The kinds of faults that were found. */
function faultsOf(evidence: Evidence): Partial<Record<FaultKind, readonly string[]>> {
  const found = Object.entries(reconcile(evidence).faults).filter(([, those]) => those.length > 0)
  return Object.fromEntries(found)
}
