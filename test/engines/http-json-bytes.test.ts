import { describe, expect, it } from 'vitest'
import { jsonBytes } from '../../engines/http/json-bytes.ts'

describe('JSON that is written by pieces', () => {
  it.each(['a', 'ü"\n\\', '😀', '\ud83d', '\ud83d😀', '\ude00'])(
    'is to the byte what is written at once: %j',
    async (unit) => {
      const texts = ['', 'x', 'xx'].map((start) => start + unit.repeat(600_000))
      const value = { short: unit, texts, left: undefined, n: 1, last: [unit, null, { texts }] }
      const written = await jsonBytes(value)
      expect(written.equals(Buffer.from(JSON.stringify(value)))).toBe(true)
    },
  )
})
