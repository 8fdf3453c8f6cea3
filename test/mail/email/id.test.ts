import { describe, expect, it } from 'vitest'
import { isId, newId } from '../../../mail/email/id.ts'

// Each test has a later time than those before it: ids never go back.
const start = Date.UTC(2050, 0, 1)
const timeOf = (id: string) => parseInt(id.replace('-', '').slice(0, 12), 16)

describe('an id', () => {
  it('is a UUIDv7 that begins with the time', () => {
    const id = newId(start)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(timeOf(id)).toBe(start)
    expect(isId(id)).toBe(true)
  })

  it('sorts after every one before, also within a millisecond and beyond 4,096 of them', () => {
    const ids = Array.from({ length: 20_000 }, () => newId(start + 1_000))
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
    // No more than 4,096 fit one millisecond, and few are borrowed from those that follow.
    expect(timeOf(ids.at(-1)!)).toBeLessThanOrEqual(start + 1_000 + 10)
  })

  it('still sorts after the others when the clock is set back', () => {
    const before = newId(start + 2_000)
    const after = newId(start)
    expect(after > before).toBe(true)
    expect(newId(start + 3_000) > after).toBe(true)
  })

  it('cannot be guessed from another one', () => {
    const randoms = new Set(Array.from({ length: 1_000 }, () => newId(start + 4_000).slice(19)))
    expect(randoms.size).toBe(1_000)
  })
})

it.each([
  '',
  'x',
  '019B7600-0000-7000-8000-000000000001',
  '019b7600-0000-7000-8000-00000000000',
  '019b7600-0000-7000-8000-0000000000010',
  '019b7600-0000-7000-8000-000000000001\n',
  "019b7600-0000-7000-8000-00000000000'",
])('%j is no id', (text) => {
  expect(isId(text)).toBe(false)
})
