import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { smuggling } from '../../smuggling.ts'
import {
  bytesOf,
  faultsOf,
  headerOf,
  latin1,
  plainBody,
  rawBytesOf,
  wireFaults,
} from './composing.ts'

describe.each(smuggling)('SMTP smuggling by $name', ({ value, suffix, text: hostile }) => {
  it.each([
    ['text', { text: hostile }],
    ['html', { text: '', html: hostile }],
    ['text made from html', { text: null, html: `<pre>${hostile}</pre>` }],
    ['both', { text: hostile, html: hostile }],
  ])('through %s', async (_, part) => {
    const body = { ...plainBody, ...part }
    const faults = faultsOf(body)
    expect(faults.length > 0).toBe(value.includes('\0'))
    if (faults.length > 0) return expect(faults[0]!.rule).toBe('NUL is not allowed')
    await expectOneEmail(await bytesOf(body))
  })

  it('through an attachment, which keeps its bytes', async () => {
    const content = Buffer.from(hostile).toString('base64')
    for (const content_type of ['text/plain', 'message/rfc822', 'text/calendar', 'image/png']) {
      const bytes = await bytesOf({
        ...plainBody,
        attachments: [{ filename: 'a', content, content_type }],
      })
      await expectOneEmail(bytes)
      expect(latin1(bytes).replaceAll('\r\n', '')).toContain(content)
    }
  })

  it('through a header value', () => {
    const faults = faultsOf({ ...plainBody, headers: { 'X-A': hostile } })
    expect(faults).toMatchObject([{ field: 'headers.X-A', kind: 'invalid' }])
  })

  it('through a raw email', async () => {
    const bytes = await rawBytesOf(`Subject: a\r\n\r\n${hostile}\r\n`)
    await expectOneEmail(Buffer.from(bytes, 'latin1'))
  })

  it('through the header of a raw email', async () => {
    const bytes = await rawBytesOf(`Subject: a${value}X-B: ${suffix}`)
    const faults = wireFaults(Buffer.from(bytes, 'latin1'))
    expect(faults.filter((fault) => !fault.startsWith('no line end'))).toEqual([])
    expect(headerOf(bytes).map(({ name }) => name)).not.toContain('mail from')
  })
})

/** One header block, and nothing in it or after it that a server could take for an end. */
async function expectOneEmail(bytes: Uint8Array) {
  expect(wireFaults(bytes)).toEqual([])
  expect(headerOf(bytes).filter(({ name }) => name === 'from')).toHaveLength(1)
  expect((await PostalMime.parse(bytes)).to ?? []).not.toContainEqual(
    expect.objectContaining({ address: 'victim@x.test' }),
  )
  // A dot alone on a line is for the engine to stuff; whatever ends a line here is CRLF.
  expect(latin1(bytes).split('\r\n').join('')).not.toMatch(/[\r\n\0]/)
}
