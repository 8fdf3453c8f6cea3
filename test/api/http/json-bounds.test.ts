import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonExcess } from '../../../api/http/json-bounds.ts'
import { threadClock } from '../../cpu-clock.ts'
import { anEmail, holding, openApi, said } from '../open-api.ts'

const keys = (count: number) => `{${Array.from({ length: count }, (_, n) => `"${n}":1`).join(',')}}`

describe('a JSON body', () => {
  it.each([
    ['4.5 million keys', () => keys(4_500_000), 'keys'],
    ['20 million objects', () => `[${'{},'.repeat(19_000_000)}{}]`, 'entries'],
    ['a list of numbers', () => `[${'1.5,'.repeat(14_000_000)}1]`, 'entries'],
    ['lists inside each other', () => `${'['.repeat(500_000)}${']'.repeat(500_000)}`, 'deep'],
    ['objects inside each other', () => `${'{"a":'.repeat(101)}1${'}'.repeat(101)}`, 'deep'],
    ['keys without end', () => '"a":'.repeat(5_000_000), 'keys'],
  ])('of %s is refused before it is parsed', async (_, make, word) => {
    const api = openApi()
    const body = make()
    const spent = threadClock()
    const [status, { message }] = await said(api.fetch('/emails', { method: 'POST', body }))
    const ms = spent()
    expect([status, message]).toEqual([word === 'deep' ? 400 : 413, holding(word)])
    // Reading 60 MB takes most of it; parsing them would take six seconds.
    expect(ms).toBeLessThan(1_500)
  })

  it('may have a large attachment as a list of its bytes, and what looks like JSON in a text', async () => {
    const api = openApi()
    const data = Array.from({ length: 300_000 }, () => 1)
    const attachments = [{ filename: 'a', content: { type: 'Buffer', data } }]
    const text = `${'{"a":['.repeat(200_000)}"\\`
    const answer = await api.post('/emails', { ...anEmail, text, attachments })
    expect(answer.status).toBe(200)
  })

  it('passes whatever it is, as long as it is small', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 20 }), fc.string(), async (value, text) => {
        expect(await jsonExcess(JSON.stringify(value))).toBeUndefined()
        expect(await jsonExcess(text)).toBeUndefined()
      }),
    )
  })
})
