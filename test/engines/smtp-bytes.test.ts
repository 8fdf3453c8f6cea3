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
