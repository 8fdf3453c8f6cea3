import { describe, expect, it } from 'vitest'
import { addressLiteral, fullName } from '../../engines/smtp/hello-name.ts'

describe('the name that the SMTP engine introduces itself by', () => {
  it.each(['web1.own.test', 'a.b', 'WEB-1.Own.Test'])('is %s as it stands', async (name) => {
    expect(await fullName(name)).toBe(name)
  })

  it.each([
    '',
    'localhost',
    'localhost.localdomain',
    'web1.localdomain',
    '169.254.1.2',
    '::1',
    'a_b.c',
  ])('is never %j', async (name) => {
    expect(await fullName(name)).toBeUndefined()
  })

  it('is an address where the machine has no name', () => {
    expect(addressLiteral({ localAddress: '192.0.2.1' })).toBe('[192.0.2.1]')
    expect(addressLiteral({ localAddress: '::ffff:192.0.2.1' })).toBe('[192.0.2.1]')
    expect(addressLiteral({ localAddress: 'fe80::1%eth0' })).toBe('[IPv6:fe80::1]')
    expect(addressLiteral({})).toBe('[127.0.0.1]')
  })
})
