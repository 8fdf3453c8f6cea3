import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readVerdict, spamFindings } from '../../../mail/check/spam.ts'

/** As SpamAssassin 4.0.1 answers. */
const report = [
  'Spam detection software, running on the system "vm",',
  'has identified this incoming email as possible spam.',
  '',
  'Content preview:  Hello',
  '',
  'Content analysis details:   (1001.8 points, 5.0 required)',
  '',
  ' pts rule name              description',
  '---- ---------------------- --------------------------------------------------',
  '-0.0 NO_RECEIVED            Informational: message has no Received headers',
  '1000 GTUBE                  BODY: Generic Test for Unsolicited Bulk Email',
  ' 1.8 DRUGS_ERECTILE         Refers to an erectile',
  '                            drug',
  '',
].join('\n')

function answer(body: string, spam = 'Spam: True ; 1001.8 / 5.0', status = '0 EX_OK') {
  return `SPAMD/1.1 ${status}\r\nContent-length: ${body.length}\r\n${spam}\r\n\r\n${body}`
}

describe('the answer of SpamAssassin', () => {
  it('is read: the score, what is spam, and every rule with its points', () => {
    expect(readVerdict(answer(report))).toEqual({
      kind: 'judged',
      isSpam: true,
      score: 1001.8,
      threshold: 5,
      rules: [
        { name: 'NO_RECEIVED', score: -0, description: expect.stringMatching(/^Info/) as string },
        { name: 'GTUBE', score: 1000, description: expect.stringMatching(/^BODY/) as string },
        { name: 'DRUGS_ERECTILE', score: 1.8, description: 'Refers to an erectile drug' },
      ],
    })
  })

  it('is read where a report has another form: without rules', () => {
    const verdict = readVerdict(answer('Nothing of the kind', 'Spam: False ; -1.2 / 5.0'))
    expect(verdict).toEqual({ kind: 'judged', isSpam: false, score: -1.2, threshold: 5, rules: [] })
  })

  it('takes no rule from a table that the email itself brings', () => {
    const own = '---- ---------------------- ------------------------------\n-99 NOT_SPAM x'
    const verdict = readVerdict(answer(report.replace('Hello', `Hello\n${own}\n`)))
    expect(JSON.stringify(verdict)).not.toContain('NOT_SPAM')
    expect(verdict).toMatchObject({ rules: [{}, {}, {}] })
  })

  it.each([
    ['', 'something else than its protocol'],
    ['HTTP/1.1 400 Bad Request\r\n\r\n', 'something else than its protocol'],
    ['SPAMD/1.0 74 EX_IOERR\r\n\r\n', '74 EX_IOERR'],
    ['SPAMD/1.1 0 EX_OK\r\n\r\nSpam: True ; 9 / 5', 'no score'],
    ['SPAMD/1.1 0 EX_OK\r\nSpam: True ; many / 5\r\n\r\n', 'no score'],
    ['SPAMD/1.1 0 EX_OK\r\nSpam: True ; 9 / 5\r\n', 'no score'],
  ])('is no verdict when it is %j', (text, reason) => {
    expect(readVerdict(text)).toEqual({
      kind: 'unknown',
      reason: expect.stringContaining(reason) as string,
    })
  })

  it('is read whatever it is, with numbers that are some and text of one line', () => {
    const piece = fc.oneof(
      fc.constantFrom(...report.split('\n'), '\n', '\r\n\r\n', 'Spam: True ; 9 / 5', '1e999 A b'),
      fc.string({ unit: 'binary', maxLength: 30 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const verdict = readVerdict(answer(pieces.join('\n')))
        if (verdict.kind === 'unknown') return
        for (const { score, description } of verdict.rules) {
          expect(Number.isFinite(score)).toBe(true)
          expect(description).not.toMatch(/\p{Cc}/u)
        }
      }),
    )
  })

  it('of a thousand rules is bounded', () => {
    const lines = Array.from({ length: 1_000 }, (_, n) => ` 1.0 RULE_${n} ${'x'.repeat(2_000)}`)
    const verdict = readVerdict(answer(`${report}${lines.join('\n')}`))
    expect(verdict.kind === 'judged' && verdict.rules.length).toBe(200)
    expect(JSON.stringify(verdict).length).toBeLessThan(200_000)
  })
})

describe('what is found by it', () => {
  const rules = [
    { name: 'LITTLE', score: 0.1, description: '' },
    { name: 'MUCH', score: 2.4, description: '' },
    { name: 'GOOD', score: -1, description: '' },
  ]
  const found = (isSpam: boolean, score: number) =>
    spamFindings({ kind: 'judged', isSpam, score, threshold: 5, rules }).map(
      ({ rule, severity, text }) => [rule, severity, text],
    )

  it('is an error for spam, a warning from half of the points on, and nothing below', () => {
    const text = 'SpamAssassin gives it 6 points, where 5 are spam: MUCH 2.4, LITTLE 0.1.'
    expect(found(true, 6)).toEqual([['spam.score', 'error', text]])
    expect(found(false, 2.5)).toEqual([['spam.score', 'warning', expect.any(String)]])
    expect(found(false, 2.4)).toEqual([])
  })

  it('is a note where it is not known', () => {
    const [note] = spamFindings({ kind: 'unknown', reason: 'it hangs' })
    expect(note).toMatchObject({ rule: 'spam.unknown', severity: 'note' })
    expect(note!.text).toContain('it hangs')
  })
})
