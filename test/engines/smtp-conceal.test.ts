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

  it('is told where the password is half a surrogate pair, too', () => {
    expect(hide('p\ud800')('535 no')).toBe('535 no')
  })
})
