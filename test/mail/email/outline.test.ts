import fc from 'fast-check'
import { expect, it } from 'vitest'
import { outlineOf } from '../../../mail/email/outline.ts'
import { cleanTag, tagsIn } from '../../../mail/email/tag-words.ts'
import '../../property-seed.ts'

const eml = [
  'Message-ID: <1@example.com>',
  'From: =?utf-8?q?Ann_=C3=9C?= <ann@example.com>',
  'To: Bob <bob@example.org>, carol@example.org',
  'Cc: "D, E" <d@example.org>',
  'Reply-To: replies@example.com',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'Hello',
  '--b',
  'Content-Type: image/png',
  'Content-ID: <logo>',
  '',
  'x',
  '--b',
  'Content-Type: application/pdf',
  'Content-Disposition: attachment; filename=a.pdf',
  '',
  'x',
  '--b--',
  '',
].join('\r\n')

it('outlines an email as a list shows it', async () => {
  expect(await outlineOf(Buffer.from(eml), `  Hello\n\n${'x '.repeat(500)}`)).toEqual({
    messageId: '1@example.com',
    from: { address: 'ann@example.com', name: 'Ann Ü' },
    to: [
      { address: 'bob@example.org', name: 'Bob' },
      { address: 'carol@example.org', name: '' },
    ],
    cc: [{ address: 'd@example.org', name: 'D, E' }],
    replyTo: [{ address: 'replies@example.com', name: '' }],
    attachments: 1,
    inline: 1,
    snippet: `Hello ${'x '.repeat(122)}`,
  })
})

it('outlines whatever bytes there are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), fc.string(), async (bytes, text) => {
      const { snippet } = await outlineOf(Buffer.from(bytes), text)
      expect(snippet.length).toBeLessThanOrEqual(250)
    }),
  )
})

it.each([
  [
    ['a, b', ' A ', ''],
    ['a b', 'A'],
  ],
  [
    ['Sign-up', 'sign-UP', 'x'],
    ['Sign-up', 'x'],
  ],
  [['<b>', '"', '\0'], ['b']],
  [Array.from({ length: 60 }, (_, n) => `t${n}`), Array.from({ length: 50 }, (_, n) => `t${n}`)],
])('reads the tags %j as %j', (written, tags) => expect(tagsIn(written)).toEqual(tags))

it('keeps a tag as it is once it is clean', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const tag = cleanTag(text)
      expect(tag.length).toBeLessThanOrEqual(100)
      expect(cleanTag(tag)).toBe(tag)
    }),
  )
})
