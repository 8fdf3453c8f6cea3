import { describe, expect, it } from 'vitest'
import { capturedText } from '../../../mail/deliver/captured-text.ts'
import type { Content } from '../../../mail/email/email.ts'

const structured = (parts: { html?: string; text?: string }): Content => ({
  kind: 'structured',
  headers: {},
  attachments: [],
  ...parts,
})

const raw = (mime: string | Buffer): Content => ({
  kind: 'raw',
  mime: Buffer.from(mime).toString('base64'),
})

describe('the words of a captured email', () => {
  it.each<[string, Content, string]>([
    ['its text', structured({ text: 'Hello', html: '<p>Other</p>' }), 'Hello'],
    ['its html where it has no text', structured({ html: '<p>Hello <b>you</b></p>' }), 'Hello you'],
    ['its html where its text is empty', structured({ text: '', html: '<p>Hello</p>' }), 'Hello'],
    ['nothing', structured({}), ''],
    ['the text of a whole email', raw('Subject: x\r\n\r\nHello\r\n'), 'Hello\n'],
    ['the html of a whole email', raw('Content-Type: text/html\r\n\r\n<p>Hello</p>\r\n'), 'Hello'],
  ])('are those of %s', async (_, content, words) => {
    expect(await capturedText(content)).toBe(words)
  })

  it('are none where it cannot be read, and never an error', async () => {
    const nested = Array.from(
      { length: 300 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    ).join('')
    expect(await capturedText(raw(nested))).toBe('')
    expect(await capturedText(raw(Buffer.from([0, 255, 1])))).toEqual(expect.any(String))
  })

  it('are those before a large attachment, and never more than can be indexed', async () => {
    const part = (type: string, body: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`
    const head = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n'
    const file = part('application/octet-stream', 'x'.repeat(5_000_000))
    expect(await capturedText(raw(head + part('text/plain', 'Hello') + file))).toContain('Hello')
    expect(await capturedText(structured({ text: 'x'.repeat(500_000) }))).toHaveLength(100_000)
  })
})
