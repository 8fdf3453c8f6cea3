import { describe, expect, it } from 'vitest'
import type { KillerEntry, ToldEntry } from '../../../bench/soak/entries.ts'
import {
  accountOfTelling,
  tellingFaultWords,
  type TellingEvidence,
} from '../../../bench/soak/telling.ts'

const numbers = Array.from({ length: 8 }, (_, n) => n)

function heardOf(n: number, values: Partial<ToldEntry> = {}): ToldEntry {
  return {
    at: 1_000 * n,
    id: `msg_event-${n}`,
    type: 'email.sent',
    emailId: `email-${n}`,
    recipient: `r${n}@there.test`,
    answer: 'taken',
    isSigned: true,
    ...values,
  }
}

function allWell(): TellingEvidence {
  return {
    heard: numbers.map((n) => heardOf(n)),
    killed: [],
    events: numbers.map((n) => ({
      id: `event-${n}`,
      type: 'email.sent',
      email_id: `email-${n}`,
      recipient: `r${n}@there.test`,
    })),
    records: numbers.map((n) => ({
      id: `email-${n}`,
      subject: `number ${n}`,
      state: 'sent',
      recipients: [{ address: `r${n}@there.test`, state: 'sent' }],
      ambiguous: 0,
    })),
  }
}

function faultsOf(evidence: TellingEvidence) {
  const { faults } = accountOfTelling(evidence)
  return Object.fromEntries(Object.entries(faults).filter(([, those]) => those.length > 0))
}

const killed = (at: number): KillerEntry => ({ at, what: 'killed', wasReady: true })

describe('the account of what a soak was told', () => {
  it('finds nothing wrong where every event was taken once', () => {
    expect(faultsOf(allWell())).toEqual({})
    expect(tellingFaultWords(accountOfTelling(allWell()))).toEqual([])
  })

  it('finds an event that was never taken, refused ones included', () => {
    const well = allWell()
    const heard = [heardOf(0, { answer: 'refused' }), ...well.heard.slice(1)]
    expect(faultsOf({ ...well, heard })).toEqual({ untold: ['event-0'], silent: ['r0@there.test'] })
    expect(faultsOf({ ...well, heard: [...heard, heardOf(0, { at: 9_000 })] })).toEqual({})
  })

  it('finds what became of a recipient and was kept as no event', () => {
    const { heard, events, ...rest } = allWell()
    const evidence = { ...rest, heard: heard.slice(1), events: events.slice(1) }
    expect(faultsOf(evidence)).toEqual({ silent: ['r0@there.test'] })
  })

  it('takes a second telling only where a kill came between, and few for each', () => {
    const well = allWell()
    const again = (some: readonly number[]) => ({
      ...well,
      heard: [...well.heard, ...some.map((n) => heardOf(n, { at: 60_000 + n }))],
    })
    expect(faultsOf(again([7]))).toEqual({ repeated: ['msg_event-7'] })
    expect(faultsOf({ ...again([7]), killed: [killed(7_100)] })).toEqual({})
    expect(faultsOf({ ...again([7]), killed: [killed(5_000)] })).toEqual({
      repeated: ['msg_event-7'],
    })
    expect(faultsOf({ ...again([7]), killed: [killed(70_000)] })).toEqual({
      repeated: ['msg_event-7'],
    })
    const many = Array.from({ length: 21 }, (_, n) => [
      heardOf(0, { id: `msg_${n}`, recipient: `m${n}`, at: 7_000 }),
      heardOf(0, { id: `msg_${n}`, recipient: `m${n}`, at: 60_000 }),
    ])
    const heardOfMany = (most: number) => ({
      ...well,
      heard: [...well.heard, ...many.slice(0, most).flat()],
      killed: [killed(7_100)],
    })
    expect(faultsOf(heardOfMany(20))).toEqual({})
    expect(faultsOf(heardOfMany(21))['repeated']).toHaveLength(21)
  })

  it('shares what is told again between two kills that are close to each other', () => {
    const well = allWell()
    const some = Array.from({ length: 30 }, (_, n) => [
      heardOf(0, { id: `msg_${n}`, recipient: `m${n}`, at: n < 15 ? 7_000 : 7_900 }),
      heardOf(0, { id: `msg_${n}`, recipient: `m${n}`, at: 60_000 }),
    ])
    const evidence = { ...well, heard: [...well.heard, ...some.flat()] }
    expect(faultsOf({ ...evidence, killed: [killed(7_100), killed(8_000)] })).toEqual({})
    expect(faultsOf({ ...evidence, killed: [killed(8_000)] })['repeated']).toHaveLength(30)
  })

  it('finds an id that changed, and a signature that is not right', () => {
    const well = allWell()
    const renamed = heardOf(2, { at: 9_000, id: 'msg_other' })
    expect(faultsOf({ ...well, heard: [...well.heard, renamed] })).toEqual({
      renamed: ['email.sent email-2 r2@there.test'],
    })
    const heard = [heardOf(0, { isSigned: false }), ...well.heard.slice(1)]
    expect(faultsOf({ ...well, heard })).toEqual({ unsigned: ['msg_event-0'] })
  })
})
