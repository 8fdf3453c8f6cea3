import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codesIn } from '../../../api/captured/codes.ts'

describe('one-time codes', () => {
  it.each([
    ['Your code is 123456.', ['123456']],
    ['Your verification code: 1234', ['1234']],
    ['123 456 is your Acme login code', ['123456']],
    ['Use 123-456 to confirm your address', ['123456']],
    ['G-482913 is your Google verification code.', ['482913']],
    ['Enter this code:\n\n  8042  \n\nIt ends in 10 minutes.', ['8042']],
    ['Hi!\n\n99887766\n\nAcme', ['99887766']],
    ['**48213**', ['48213']],
    ['Your PIN is 2024', ['2024']],
    ['Dein Bestätigungscode lautet 555123', ['555123']],
    ['code 1111 replaces the code 2222', ['1111', '2222']],
  ])('are found in %j', (text, codes) => {
    expect(codesIn(text)).toEqual(codes)
  })

  it.each([
    'Order 123456 has been shipped',
    'Your code is valid until 2026-01-31 12:30',
    'You paid $1234 for it; no code is needed',
    'Call +1 555 123 4567 with your code',
    'Your code: https://acme.test/verify/123456',
    'Your code: https://acme.test/verify?token=123456',
    'The code is 123 or 123456789',
    'Copyright 2026',
    '2026',
    'verify user1234@example.com or abc123456',
    'The code costs 1234.50 or 1,234.50 €',
  ])('are not found in %j', (text) => {
    expect(codesIn(text)).toEqual([])
  })

  it('that stand alone or are announced come before what only might be one', () => {
    expect(codesIn('Your code\n\n123456\n\n© code of conduct 2026')).toEqual(['123456', '2026'])
  })
})

describe('hostile text', () => {
  it('is searched in a time that grows no faster than it', () => {
    for (const part of [
      '1 ',
      '1234 ',
      'https://',
      'code 123-',
      '))))',
      '*',
      ' ',
      '\n',
      '1',
      '1234\n',
    ])
      for (const start of ['', 'https://a.test/', '1234'])
        expect(timeOf(`${start}${part.repeat(1_000_000 / part.length)}x`)).toBeLessThan(2_000)
  })

  it('of any kind breaks nothing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void timeOf(text)))
  })
})

function timeOf(text: string): number {
  const start = performance.now()
  codesIn(text)
  return performance.now() - start
}
