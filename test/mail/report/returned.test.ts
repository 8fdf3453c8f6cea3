import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../property-seed.ts'
import { idOf } from '../../../mail/email/id.ts'
import { readReturned, type Returned } from '../../../mail/report/returned.ts'
import { markedId, returnAddress, tokenOf } from '../../../mail/email/token.ts'

const id = idOf('an email', Date.UTC(2026, 10, 30))
const key = 'secret'
const returnTo = returnAddress(id, 'bounces.example.com', key)
const token = tokenOf(id, key)

/** An email whose report consists of these parts. */
function multipart(type: string, parts: readonly string[], header: readonly string[] = []): Buffer {
  const lines = [
    ...header,
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=${type}; boundary="=_b"`,
    '',
    ...parts.flatMap((part) => ['--=_b', part]),
    '--=_b--',
    '',
  ]
  return Buffer.from(lines.join('\r\n').replace(/\r?\n/g, '\r\n'))
}

function deliveryReport(status: string, original = ''): Buffer {
  return multipart('delivery-status', [
    'Content-Type: text/plain\n\nSorry.',
    `Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n${status}\n`,
    ...(original ? [`Content-Type: text/rfc822-headers\n\n${original}\n`] : []),
  ])
}

const recipientsOf = (returned: Returned) =>
  returned.kind === 'delivery' ? returned.recipients : returned.kind

describe('a delivery report', () => {
  it('says of one recipient what failed, with status and words', () => {
    const report = deliveryReport(
      'Original-Recipient: rfc822;ann@example.org\nFinal-Recipient: rfc822; box@inner.example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <box@inner.example.org>: no such\n  user here',
    )
    expect(recipientsOf(readReturned(report))).toEqual([
      {
        addresses: ['ann@example.org', 'box@inner.example.org'],
        action: 'failed',
        status: '5.1.1',
        text: '550 5.1.1 <box@inner.example.org>: no such user here',
      },
    ])
  })

  // Public fault 11: hyvor/relay, mox, Sympa took the first Action for all.
  it('judges each recipient by itself: the first delayed, the second failed', () => {
    const report = deliveryReport(
      'Final-Recipient: rfc822;a@x.test\nAction: delayed\nStatus: 4.4.1\n\nFinal-Recipient: rfc822;b@x.test\nAction: FAILED (mailbox gone)\nStatus: 5.1.1 (no mailbox)',
    )
    expect(recipientsOf(readReturned(report))).toMatchObject([
      { addresses: ['a@x.test'], action: 'delayed', status: '4.4.1' },
      { addresses: ['b@x.test'], action: 'failed', status: '5.1.1' },
    ])
  })

  it.each([
    ['5.0.0', 'smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound', '5.1.10'],
    ['', 'smtp;550-5.2.1 The account is disabled', '5.2.1'],
    ['5.1.1', 'smtp; 550-5.7.1 unsolicited mail from your IP', '5.7.1'],
    ['5.7.26', 'smtp; 550 5.1.1 unknown', '5.7.26'],
    ['5.1.1', 'x-unix; exit 67', '5.1.1'],
    ['5.2.2', 'in the body stands 550 5.1.1 somewhere', '5.2.2'],
    ['', 'smtp; 550 user unknown', undefined],
  ])('takes of status %j and words %j the status %j', (status, words, expected) => {
    const report = deliveryReport(
      `Final-Recipient: rfc822;a@x.test\nAction: failed\nStatus: ${status}\nDiagnostic-Code: ${words}`,
    )
    expect(recipientsOf(readReturned(report))).toMatchObject([{ action: 'failed' }])
    expect((recipientsOf(readReturned(report))[0] as { status?: string }).status).toBe(expected)
  })

  it.each([
    ['rfc822;<Ann@Example.org>', ['Ann@Example.org']],
    ['RFC822 ; ann@example.org', ['ann@example.org']],
    ['utf-8; jürgen@example.org', ['jürgen@example.org']],
    ['rfc822;ann+2024@example.org', ['ann+2024@example.org']],
    ['x400; /C=DE/', []],
  ])('reads the recipient %j', (written, addresses) => {
    const report = deliveryReport(`Final-Recipient: ${written}\nAction: failed\nStatus: 5.1.1`)
    expect(recipientsOf(readReturned(report))).toMatchObject([{ addresses }])
  })

  it('is read in base64, with the type for international addresses, and without a text', () => {
    const status =
      'Reporting-MTA: dns;x\r\n\r\nFinal-Recipient: utf-8;a@x.test\r\nStatus: 5.1.1\r\n'
    const encoded = Buffer.from(status).toString('base64')
    const report = multipart('global-delivery-status', [
      `Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: base64\n\n${encoded}`,
    ])
    expect(recipientsOf(readReturned(report))).toMatchObject([
      { action: 'failed', status: '5.1.1' },
    ])
  })

  it('stays a report though it calls itself an automatic reply, as those of Postfix do', () => {
    const report = deliveryReport('Final-Recipient: rfc822;a@x.test\nAction: failed\nStatus: 5.1.1')
    const marked = Buffer.concat([Buffer.from('Auto-Submitted: auto-replied\r\n'), report])
    expect(readReturned(marked).kind).toBe('delivery')
  })

  it('is kept for a person when it names no recipient', () => {
    expect(readReturned(deliveryReport('Arrival-Date: today'))).toMatchObject({
      kind: 'unknown',
      reason: 'its delivery report names no recipient',
    })
  })

  it('is the same report whichever way it came', () => {
    const report = deliveryReport('Final-Recipient: rfc822;a@x.test\nAction: failed\nStatus: 5.1.1')
    const later = Buffer.concat([Buffer.from('Received: from elsewhere\r\n'), report])
    expect(readReturned(later).key).toBe(readReturned(report).key)
  })

  it('of old Exim without one names those that failed in its header', () => {
    const bounce = Buffer.from('X-Failed-Recipients: a@x.test, b@x.test\r\n\r\nIt failed.\r\n')
    expect(recipientsOf(readReturned(bounce))).toEqual([
      { addresses: ['a@x.test'], action: 'failed', text: '' },
      { addresses: ['b@x.test'], action: 'failed', text: '' },
    ])
  })
})

describe('the token of a returned email', () => {
  const failed = 'Final-Recipient: rfc822;a@x.test\nAction: failed\nStatus: 5.1.1'

  it('comes from the address it was sent to', () => {
    expect(readReturned(deliveryReport(failed), [returnTo]).tokens).toEqual([token])
  })

  it('comes from the envelope id that the server was given', () => {
    const report = multipart('delivery-status', [
      `Content-Type: message/delivery-status\n\nReporting-MTA: dns;x\nOriginal-Envelope-Id: ${token}\n\n${failed}\n`,
    ])
    expect(readReturned(report).tokens).toEqual([token])
  })

  it('comes from X-Postern-Id, where a relay put another envelope sender in place of ours', () => {
    const original = `Subject: Hi\nX-Postern-Id: ${markedId(id, key)}`
    expect(readReturned(deliveryReport(failed, original)).tokens).toEqual([token])
  })

  it('comes from To, where a pipe says nothing of the envelope', () => {
    const report = Buffer.concat([Buffer.from(`To: <${returnTo}>\r\n`), deliveryReport(failed)])
    expect(readReturned(report).tokens).toEqual([token])
  })
})

describe('a complaint', () => {
  const complaint = (fields: string) =>
    multipart('feedback-report', [
      'Content-Type: text/plain\n\nThis is an abuse report.',
      `Content-Type: message/feedback-report\n\n${fields}\n`,
      `Content-Type: message/rfc822\n\nX-Postern-Id: ${markedId(id, key)}\nSubject: Hi\n\nHi`,
    ])

  it('says of what kind it is, whom it was for, and about which email', () => {
    const fields = `Feedback-Type: Abuse\nUser-Agent: Yahoo\nVersion: 1\nOriginal-Mail-From: <${returnTo}>\nOriginal-Rcpt-To: <ann@example.org>`
    expect(readReturned(complaint(fields))).toMatchObject({
      kind: 'complaint',
      feedback: 'abuse',
      addresses: ['ann@example.org'],
      tokens: [token],
    })
  })

  it('names no one where the provider does not', () => {
    expect(readReturned(complaint('Feedback-Type: not-spam'))).toMatchObject({
      kind: 'complaint',
      feedback: 'not-spam',
      addresses: [],
      tokens: [token],
    })
  })

  it('without a type is kept for a person', () => {
    expect(readReturned(complaint('Version: 1')).kind).toBe('unknown')
  })
})

// Public fault 2: phoenix_kit#156, fxa-auth-server#1943; Postal calls any email there a bounce.
describe('an answer of a machine is no bounce', () => {
  it.each([
    'Auto-Submitted: auto-replied (vacation)',
    'Auto-Submitted: auto-notified',
    'Precedence: auto_reply',
    'X-Autoreply: yes',
    'X-Autorespond: Re: Hi',
    'Subject: Automatic reply: your order',
    'Subject: Out of Office: back on Monday',
    'Content-Type: multipart/report; report-type=disposition-notification; boundary=x',
  ])('such as one with %s', (line) => {
    const answer = Buffer.from(`From: ann@example.org\r\n${line}\r\n\r\nI am away.\r\n`)
    expect(readReturned(answer, [returnTo])).toMatchObject({ kind: 'autoReply', tokens: [token] })
  })

  it('and one by a person is kept, whatever its words', () => {
    const answer = Buffer.from('From: ann@example.org\r\n\r\n550 5.1.1 user unknown\r\n')
    expect(readReturned(answer).kind).toBe('unknown')
  })
})

describe('hostile email', () => {
  it('beyond the bounds of MIME is kept for a person, with the token of its envelope', () => {
    const deep = Array.from(
      { length: 30 },
      (_, n) => `--b${n}\r\nContent-Type: multipart/mixed; boundary=b${n + 1}\r\n\r\n`,
    )
    const bytes = Buffer.from(`Content-Type: multipart/mixed; boundary=b0\r\n\r\n${deep.join('')}`)
    expect(readReturned(bytes, [returnTo])).toMatchObject({ kind: 'unknown', tokens: [token] })
  })

  it('of any bytes is read without an error', () => {
    const field = fc.constantFrom(
      'Final-Recipient: rfc822;a@x.test',
      'Action: failed',
      'Status: 5.1.1',
      '',
      ' folded',
      ':',
      '\0',
      'Content-Type: multipart/report; boundary=b',
      '--b',
      '--b--',
      'Content-Type: message/delivery-status',
      'Content-Type: message/feedback-report',
      'Feedback-Type: abuse',
      'X-Failed-Recipients: ,@,',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(field, fc.string()), { maxLength: 40 }), (lines) => {
        const { kind, tokens } = readReturned(Buffer.from(lines.join('\n')))
        expect(['delivery', 'complaint', 'autoReply', 'unknown']).toContain(kind)
        expect(tokens.length).toBeLessThanOrEqual(20)
      }),
    )
  })

  it('cut off anywhere is read without an error', () => {
    const whole = deliveryReport('Final-Recipient: rfc822;a@x.test\nAction: failed\nStatus: 5.1.1')
    for (let at = 0; at <= whole.length; at++)
      expect(() => readReturned(whole.subarray(0, at))).not.toThrow()
  })

  it('with a hundred thousand recipients costs no more than the bound', () => {
    const many = Array.from(
      { length: 100_000 },
      (_, n) => `Final-Recipient: rfc822;${n}@x.test\nAction: failed`,
    )
    const recipients = recipientsOf(readReturned(deliveryReport(many.join('\n\n'))))
    expect(recipients.length).toBeLessThanOrEqual(1_000)
  })
})
