import { describe, expect, it } from 'vitest'
import { conceal } from '../../engines/smtp/conceal.ts'

describe('what a server said', () => {
  const hide = (pass: string) =>
    conceal(
      { kind: 'password', user: 'ann', pass },
      { 'smtp.password': pass, 'sendgrid.apiKey': 'S' },
    )

  it('is told without the password, in any form in which it was sent', () => {
    const login = Buffer.from('\0ann\0p&s').toString('base64')
    expect(hide('p&s')(`no ${login}, p&s, p%26s or ${Buffer.from('p&s').toString('base64')}`)).toBe(
      'no ***, ***, *** or ***',
    )
  })

  it.each(['hex', 'base64url'] as const)('is told without the password in %s', (encoding) => {
    const echo = Buffer.from('p?>ssw').toString(encoding)
    expect(hide('p?>ssw')(`no ${echo}`)).toBe('no ***')
    expect(hide('p?>ssw')(`no ${Buffer.from('p?>ssw').toString('hex').toUpperCase()}`)).toBe(
      'no ***',
    )
  })

  it('is told where the password is half a surrogate pair, too', () => {
    expect(hide('p\ud800')('535 no')).toBe('535 no')
  })
})
