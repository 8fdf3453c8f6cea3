import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import smuggling from '../data/smtp-smuggling.json' with { type: 'json' }
import { openSmtpRig } from './smtp-rig.ts'
import type { SmtpRig } from './smtp-rig.ts'

let rig: SmtpRig
beforeAll(async () => {
  rig = await openSmtpRig()
})
afterAll(() => rig.close())

const header = 'Subject: hello\r\n\r\n'

describe('the bytes that the SMTP engine sends', () => {
  it.each(smuggling.sequences)('carry no second email behind $name', async ({ value }) => {
    const before = rig.server.emails.length
    const bytes = Buffer.from(`${header}before${value}${smuggling.suffix}\r\n`, 'latin1')
    expect(await rig.send({ bytes })).toMatchObject({ kind: 'sent' })
    expect(rig.server.emails).toHaveLength(before + 1)
    expect(rig.server.commands.join('\n')).not.toContain('smuggled')
    const { raw } = rig.server.emails.at(-1)!
    const text = raw.toString('latin1')
    // Bare CR and bare LF are line ends to some servers: none may be left.
    expect(text).not.toMatch(/\r(?!\n)|(?<!\r)\n/)
    expect(text.split('\r\n')).not.toContain('.')
  })

  it.each(['.', '..', '.x', '.\r\n.', 'x\r\n.\r\n..\r\n', '\r\n\r\n'])(
    'are those it was given, dots and all: %j',
    async (body) => {
      const bytes = Buffer.from(`${header}${body}\r\n`)
      await rig.send({ bytes })
      expect(rig.server.emails.at(-1)?.content).toEqual(bytes)
    },
  )

  it('are those it was given across the slices of a large email', async () => {
    for (const length of [65_535, 65_536, 65_537, 200_000]) {
      const lines = Buffer.from(`${header}${'.a\r\n\r\n.b\r\n'.repeat(length / 8)}`)
      const bytes = Buffer.concat([lines.subarray(0, length - 2), Buffer.from('\r\n')])
      await rig.send({ bytes: normalised(bytes) })
      expect(rig.server.emails.at(-1)?.content.equals(normalised(bytes))).toBe(true)
    }
  })

  it('are announced as 8-bit when they are', async () => {
    await rig.send({ bytes: Buffer.from(`${header}plain\r\n`) })
    expect(lastMail()).not.toContain('8BITMIME')
    await rig.send({ bytes: Buffer.from(`${header}grün\r\n`) })
    expect(lastMail()).toContain('BODY=8BITMIME')
  })

  const eightBit = `From: ann@own.test\r\nSubject: hello\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ngrün\r\n`
  const eightBitHeader = eightBit.replace('hello', 'grüß')

  it.each([
    ['content', ['SIZE 1000000'], eightBit, /\r\n\r\ngr=C3=BCn\r\n/],
    ['a header', ['8BITMIME'], eightBitHeader, /Subject: =\?UTF-8\?Q\?gr=C3=BC=C3=9F\?=/],
    ['both', [], eightBitHeader, /Subject: =\?UTF-8[^]*gr=C3=BCn/],
  ])('are 7-bit for a server that takes no other: %s', async (_, extensions, text, expected) => {
    const other = await openSmtpRig({ script: { extensions } })
    try {
      expect(await other.send({ bytes: Buffer.from(text) })).toMatchObject({ kind: 'sent' })
      const { content } = other.server.emails[0]!
      expect(content.toString('latin1')).not.toMatch(/[^\0-\x7f]/)
      expect(content.toString()).toMatch(expected)
      const { text: read, subject } = await PostalMime.parse(content)
      expect(read?.trim()).toBe('grün')
      expect(subject).toBe(text === eightBit ? 'hello' : 'grüß')
      const mail = other.server.commands.find((line) => line.startsWith('MAIL'))
      expect(mail).not.toContain('BODY')
    } finally {
      await other.close()
    }
  })

  it('are refused with the reason where a signature forbids another encoding, for others to carry', async () => {
    const other = await openSmtpRig({ script: { extensions: [] } })
    try {
      const bytes = Buffer.from(`DKIM-Signature: v=1; h=from; b=x\r\n${eightBit}`)
      expect(await other.send({ bytes })).toEqual({
        kind: 'rejected',
        elsewhere: true,
        reason:
          'the email is signed with 8-bit content, and the server takes 7-bit only (8BITMIME)',
      })
      expect(await other.send({ to: ['bøb@example.test'] })).toMatchObject({
        kind: 'rejected',
        elsewhere: true,
      })
      expect(other.server.commands.join()).not.toContain('MAIL')
    } finally {
      await other.close()
    }
  })

  it.each([' bob@example.test', 'bob@example.test>\r\nRCPT TO:<eve@evil.test', '<bob@x.test>', ''])(
    'never go to an address that is not fit for the wire: %j',
    async (address) => {
      const commands = rig.server.commands.length
      const sending = rig.send({ to: ['ok@example.test', address] })
      await expect(sending).rejects.toThrow(/^the envelope is not fit for SMTP/)
      expect(rig.server.commands).toHaveLength(commands)
    },
  )
})

/** Cutting to a length may have cut a CRLF in two. */
function normalised(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\r(?!\n)|(?<!\r)\n/g, 'x'), 'latin1')
}

function lastMail(): string | undefined {
  return rig.server.commands.findLast((line) => line.startsWith('MAIL '))
}
