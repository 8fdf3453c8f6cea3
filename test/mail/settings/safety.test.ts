import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../../mail/email/address.ts'
import { mayReceive } from '../../../mail/settings/safety.ts'

describe('the safety rules', () => {
  it('let everyone receive mail when no list is given', () => {
    expect(may('anyone@anywhere.test', null)).toBe(true)
  })

  it('let no one receive mail when the list is empty', () => {
    expect(may('anyone@anywhere.test', [])).toBe(false)
  })

  it.each([
    ['ann@team.test', 'ann@team.test', true],
    ['ANN@Team.test', 'ann@team.test', true],
    ['bob@team.test', 'ann@team.test', false],
    ['bob@team.test', '@team.test', true],
    ['bob@sub.team.test', '@team.test', false],
    ['bob@sub.team.test', '@*.team.test', true],
    ['bob@team.test', '@*.team.test', false],
    ['bob@evilteam.test', '@team.test', false],
    ['bob@team.test.evil.test', '@team.test', false],
    ['bob@team.test.evil.test', '@*.team.test', false],
    ['user@ｔｅａｍ.test', '@team.test', true],
    ['user@team.test。evil.test', '@team.test', false],
  ])('%s against %s: %s', (address, pattern, expected) => {
    expect(may(address, [pattern])).toBe(expected)
  })
})

function may(text: string, allow: string[] | null): boolean {
  const parsed = parseAddress(text)
  if ('fault' in parsed) throw new Error(parsed.fault)
  return mayReceive(parsed.address, { allow, otherwise: 'capture', redirectTo: null })
}
