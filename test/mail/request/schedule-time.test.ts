import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readIsoTime, timeReader } from '../../../mail/request/schedule-time.ts'

/** A Thursday. */
const now = Date.UTC(2026, 0, 15, 10, 30, 20)

async function read(text: string) {
  const read = (await timeReader([text]))(text, now)
  return 'time' in read ? new Date(read.time).toISOString() : read.fault
}

describe('a time in English', () => {
  it.each([
    ['in 1 min', '2026-01-15T10:31:20.000Z'],
    ['in 1 minute', '2026-01-15T10:31:20.000Z'],
    [' In an hour ', '2026-01-15T11:30:20.000Z'],
    ['in 2 weeks', '2026-01-29T10:30:20.000Z'],
    ['tomorrow at 9am', '2026-01-16T09:00:00.000Z'],
    ['tomorrow at 9am PST', '2026-01-16T17:00:00.000Z'],
    ['Jan 20 at 5pm', '2026-01-20T17:00:00.000Z'],
    ['friday at 3pm', '2026-01-16T15:00:00.000Z'],
    ['at noon', '2026-01-15T12:00:00.000Z'],
    // Nine has gone by today.
    ['09:00', '2026-01-16T09:00:00.000Z'],
  ])('%j is understood, in UTC', async (text, time) => {
    expect(await read(text)).toBe(time)
  })

  it.each([
    ['in 1 min please', /is needed/],
    ['maybe in 1 min', /is needed/],
    ['in 1 min or in 2 min', /is needed/],
    ['9am - 5pm', /is needed/],
    ['31 February at 9', /is needed/],
    ['soon', /is needed/],
    ['', /is needed/],
    ['5 minutes ago', /has passed/],
    ['yesterday', /has passed/],
    ['in 31 days', /30 days/],
    [`in 1 ${' '.repeat(100)}min`, /at most 100 characters/],
    ['in 9999999999999999999999 years', /needed|30 days/],
  ])('%j is refused', async (text, fault) => {
    expect(await read(text)).toMatch(fault)
  })

  it('is not looked for where all is ISO 8601, or nothing', async () => {
    expect(await timeReader([undefined, 5, '2026-01-16T09:00:00Z'])).toBe(readIsoTime)
    expect(await timeReader([undefined, 'in 1 min'])).not.toBe(readIsoTime)
    expect(readIsoTime('in 1 min', now)).toHaveProperty('fault')
  })

  it('is never past nor too far, whatever is written', async () => {
    const reader = await timeReader(['in 1 min'])
    const word = fc.constantFrom(
      'in',
      'a',
      'day',
      '5',
      '-',
      'ago',
      'last',
      'next',
      'week',
      '9am',
      '2025',
      'may',
    )
    const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '))
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ maxLength: 120 })), (written) => {
        const read = reader(written, now)
        if ('fault' in read) return
        expect(read.time).toBeGreaterThanOrEqual(now)
        expect(read.time).toBeLessThanOrEqual(now + 30 * 86_400_000)
      }),
      { numRuns: 500 },
    )
  })
})
