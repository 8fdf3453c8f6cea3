import { describe, expect, it } from 'vitest'
import { faultOf, fuzz } from '../../../bench/fuzz/fuzz.ts'
import { inputOf, longest } from '../../../bench/fuzz/inputs.ts'
import { mimePieces } from '../../../bench/fuzz/pieces.ts'
import { anEmail, openApi, said } from '../../api/open-api.ts'

describe('fuzzing', () => {
  it('makes the same input again from its seed and number, of up to a megabyte', () => {
    const inputs = Array.from({ length: 40 }, (_, n) => inputOf(mimePieces, 7, n))
    expect(inputs.map((_, n) => inputOf(mimePieces, 7, n))).toEqual(inputs)
    expect(new Set(inputs).size).toBeGreaterThan(30)
    const lengths = inputs.map(({ length }) => length)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(longest)
    expect(Math.max(...lengths)).toBeGreaterThan(longest / 4)
  })

  it('tries a parser in a thread and finds no fault in one that is sound', async () => {
    const report = await fuzz({ parser: 'address', seed: 1, from: 0, ms: 300 })
    expect(report).toMatchObject({ parser: 'address', faults: [] })
    expect(report.tried).toBeGreaterThan(0)
  }, 30_000)

  it('tells of what is slow, of what throws, and of a thread that ends', async () => {
    expect(faultOf({ n: 3, length: 10, ms: 251 })).toContain('number 3 (10 characters) takes 251')
    expect(faultOf({ n: 3, length: 10, ms: 1, thrown: 'Error: x' })).toContain('throws Error: x')
    expect(faultOf({ n: 3, length: 10, ms: 249 })).toBeUndefined()
    const { faults } = await fuzz({ parser: 'no such', seed: 1, from: 5, ms: 300 })
    expect(faults).toEqual([expect.stringContaining('number 5 ends the thread')])
  }, 30_000)

  it('found that blanks within a header took time by the square of their number', async () => {
    const api = openApi()
    const email = { ...anEmail, headers: { 'X-A': `a${'\t'.repeat(200_000)}b` } }
    const before = process.threadCpuUsage()
    expect((await said(api.post('/emails', email)))[0]).toBe(422)
    const { user, system } = process.threadCpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(2_000)
  })
})
