import { describe, expect, it } from 'vitest'
import { judgeSkips, reasonsOf } from './skips.ts'

describe('skipped tests', () => {
  it('are missing unless the list allows them', () => {
    const names = [
      'engine sendgrid > sends with an empty envelope sender (SendGrid chooses MAIL FROM itself)',
      'the isemail suites (read from ../shared/testdata, skipped where that is missing) > tests > x',
      'Postfix takes what the SMTP engine sends > with STARTTLS (postfix is not installed)',
      'engine sendgrid > sends with an empty envelope sender',
    ]
    expect(judgeSkips(names)).toEqual({ allowed: names.slice(0, 2), missing: names.slice(2) })
  })

  it('are counted by the reason for which they are allowed', () => {
    const suite = 'the suites (read from ../shared/testdata, skipped where that is missing)'
    expect(reasonsOf([`${suite} > a`, `${suite} > b`])).toEqual([
      expect.stringMatching(/^2: .*testdata/),
    ])
    expect(reasonsOf([])).toEqual([])
  })
})
