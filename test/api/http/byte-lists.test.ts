import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quicklyParsed, withPackedBytes } from '../../../api/http/byte-lists.ts'
import { readContent } from '../../../mail/content.ts'
import type { StructuredContent } from '../../../mail/email/email.ts'
import { cpuClock } from '../../cpu-clock.ts'
import { longestStopOf } from '../../longest-stop.ts'
import { anEmail, openApi, type OpenApi } from '../open-api.ts'

/** Long enough that lists in it are looked at. */
const filler = ' '.repeat(quicklyParsed)

async function packed(json: string): Promise<string> {
  return (await withPackedBytes(json + filler)).trimEnd()
}

describe('a long list of bytes in a large body', () => {
  it('becomes base64, however it is written, and nothing else changes', async () => {
    const bytes = fc.uint8Array({ minLength: 100, maxLength: 5_000 })
    const written = fc.constantFrom<(n: number) => string>(
      String,
      (n) => ` ${n}\n`,
      (n) => `"${n}"`,
    )
    await fc.assert(
      fc.asyncProperty(bytes, written, fc.string(), async (list, write, text) => {
        const said = JSON.stringify({ text: `${text}"content":[${'1,'.repeat(200)}1]` })
        const given = `[${said},{"content":{"type":"Buffer","data" : [${Array.from(list, write).join(',')}]}},${said}]`
        const content = { type: 'Buffer', data: Buffer.from(list).toString('base64') }
        expect(JSON.parse(await packed(given))).toEqual([
          JSON.parse(said),
          { content },
          JSON.parse(said),
        ])
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    ['too short', `{"content":[${'1,'.repeat(98)}1]}`],
    ['of another name', `{"to":[${'1,'.repeat(200)}1]}`],
    ['with a number too large', `{"content":[${'1,'.repeat(200)}256]}`],
    ['with one that is negative', `{"content":[${'1,'.repeat(200)}-1]}`],
    ['with a fraction', `{"content":[${'1,'.repeat(200)}1.5]}`],
    ['with a nought too many', `{"content":[${'1,'.repeat(200)}01]}`],
    ['with an empty text', `{"content":[${'1,'.repeat(200)}""]}`],
    ['without an end', `{"content":[${'1,'.repeat(200)}`],
    ['with a comma too many', `{"content":[${'1,'.repeat(200)}]}`],
    ['with objects', `{"content":[${'{},'.repeat(200)}{}]}`],
    ['named in a text', JSON.stringify({ text: `"content":[${'1,'.repeat(200)}1]` })],
  ])('stays as it is when it is %s', async (_, json) => {
    expect(await packed(json)).toBe(json)
  })

  it.each([
    ['millions that are short', () => '{"content":[1]},'.repeat(1_000_000)],
    ['many that are long enough', () => `{"content":[${'1,'.repeat(100)}1]},`.repeat(60_000)],
    ['many that end otherwise', () => `{"content":[${'1,'.repeat(100)}x]},`.repeat(60_000)],
    ['names alone', () => '"content":['.repeat(1_000_000)],
  ])('costs little: %s', async (_, make) => {
    const json = make()
    let least = Infinity
    // What other tests of this process left to be collected counts in the first.
    for (let tries = 0; tries < 3 && least >= 1_500; tries++) {
      const spent = cpuClock()
      await withPackedBytes(json)
      least = Math.min(least, spent())
    }
    expect(least).toBeLessThan(1_500)
  })

  it('is not looked for in a small body', async () => {
    const json = `{"content":[${'1,'.repeat(200)}1]}`
    expect(await withPackedBytes(json)).toBe(json)
  })

  const attached = [
    ['a Buffer', (file: Buffer) => file.toJSON() as unknown],
    ['a list', (file: Buffer) => [...file]],
    ['a list of texts', (file: Buffer) => Array.from(file, String)],
  ] as const

  it.each(attached)('of %s is attached byte for byte', async (_, write) => {
    const api = openApi()
    const file = Buffer.from(Array.from({ length: 400_000 }, (_, n) => n % 251))
    const attachments = [{ filename: 'a.bin', content: write(file) }]
    expect(await attachedTo(api, attachments)).toEqual([file])
  })

  it('of 6 MB stops the rest for less than a quarter of a second at a time', async () => {
    const api = openApi()
    const content = Buffer.alloc(6_000_000, 200)
    const body = JSON.stringify({ ...anEmail, attachments: [{ filename: 'a', content }] })
    const stop = await longestStopOf(async () => {
      const { status } = await api.fetch('/emails', { method: 'POST', body })
      expect(status).toBe(200)
    })
    expect(stop).toBeLessThan(250)
  })
})

async function attachedTo(api: OpenApi, attachments: object[]): Promise<Buffer[]> {
  const answer = await api.post('/emails', { ...anEmail, attachments })
  const { id } = (await answer.json()) as { id: string }
  const content = (await readContent(api.postern, id)) as StructuredContent
  return content.attachments.map(({ content }) => Buffer.from(content, 'base64'))
}
