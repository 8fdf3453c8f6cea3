import { describe, expect, it } from 'vitest'
import { idOf } from '../../../mail/email/id.ts'
import { hourMs } from '../../../mail/email/time.ts'
import { readReturned } from '../../../mail/report/returned.ts'
import { returnedSignals } from '../../../mail/report/returned-signals.ts'

const sentAt = Date.UTC(2026, 10, 30, 12)
const id = idOf('an email', sentAt)

const report = (groups: string, date = 'Mon, 30 Nov 2026 13:00:00 +0000 (UTC)') =>
  Buffer.from(
    `Date: ${date}\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;x\n\n${groups}\n--b--\n`,
  )

const signalsOf = (bytes: Buffer) => returnedSignals(readReturned(bytes), id)

const group = (action: string, status: string) =>
  `Final-Recipient: rfc822;ann@example.org\nAction: ${action}\nStatus: ${status}`

describe('a returned email as signals', () => {
  it.each([
    ['failed', '5.1.1', 'bounced', 'hard'],
    ['failed', '5.1.10', 'bounced', 'hard'],
    ['failed', '5.2.1', 'bounced', 'hard'],
    ['failed', '5.2.2', 'bounced', 'soft'],
    ['failed', '4.4.7', 'bounced', 'soft'],
    ['failed', '5.7.1', 'bounced', 'policy'],
    ['failed', '', 'bounced', 'soft'],
    ['delayed', '4.4.1', 'delayed', undefined],
    ['delivered', '2.0.0', 'delivered', undefined],
  ])('of action %s and status %j is %s, %s', (action, status, kind, bounce) => {
    const [signal, ...others] = signalsOf(report(group(action, status)))
    expect(others).toEqual([])
    expect(signal).toMatchObject({
      source: 'returned',
      emailId: id,
      address: 'ann@example.org',
      forwarded: true,
      reported: true,
      kind,
    })
    expect(signal?.bounce).toBe(bounce)
  })

  it('of a server that only handed it on says nothing', () => {
    expect(signalsOf(report(group('relayed', '2.0.0')))).toEqual([])
    expect(signalsOf(report(group('expanded', '2.0.0')))).toEqual([])
  })

  it('has one for each recipient, each with a key of its own', () => {
    const both = `${group('delayed', '4.4.1')}\n\nFinal-Recipient: rfc822;bob@example.org\nAction: failed\nStatus: 5.1.1`
    const signals = signalsOf(report(both))
    expect(signals.map(({ kind, address }) => [kind, address])).toEqual([
      ['delayed', 'ann@example.org'],
      ['bounced', 'bob@example.org'],
    ])
    expect(new Set(signals.map(({ key }) => key)).size).toBe(2)
  })

  it('happened when it says, within the time in which its email may come back', () => {
    const at = (date: string) => signalsOf(report(group('failed', '5.1.1'), date))[0]!.at
    expect(at('Mon, 30 Nov 2026 13:00:00 +0000')).toBe(sentAt + hourMs)
    for (const odd of ['', 'yesterday', 'Thu, 1 Jan 1970 00:00:00 +0000', '1 Jan 2099 00:00 +0000'])
      expect(at(odd)).toBe(sentAt)
  })

  it.each([
    ['abuse', false],
    ['fraud', false],
    ['virus', false],
    ['other', false],
    ['not-spam', true],
    ['auth-failure', true],
  ])('is a complaint by its type %s: spared is %s', (type, spared) => {
    const bytes = Buffer.from(
      `Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: ${type}\n--b--\n`,
    )
    const [signal] = signalsOf(bytes)
    expect(signal).toMatchObject({ kind: 'complained', word: type })
    expect(signal?.spared === true).toBe(spared)
  })

  it('of a machine that answers is only noted, and of a person is left to a person', () => {
    expect(signalsOf(Buffer.from('Auto-Submitted: auto-replied\n\nAway'))).toMatchObject([
      { kind: 'bounced', bounce: 'autoReply' },
    ])
    expect(signalsOf(Buffer.from('Subject: Hi\n\nHi'))).toEqual([])
  })
})
