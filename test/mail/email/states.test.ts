import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  allowed,
  claimable,
  emailStates,
  isSettled,
  recipientStates,
  rollUp,
  sourcesOf,
  toldStates,
  transitions,
  type EmailState,
} from '../../../mail/email/states.ts'

const anyState = fc.constantFrom(...emailStates)
const recipientState = fc.constantFrom(...recipientStates)

describe('the states of an email', () => {
  it('let an email that is settled be tried again only when it failed', () => {
    const again = ['queued', 'sending', 'scheduled', 'held'] as const
    for (const state of emailStates.filter(isSettled))
      for (const next of again)
        expect([state, next, allowed(state, next)]).toEqual([
          state,
          next,
          state === 'failed' && next === 'queued',
        ])
  })

  it('let a signal change neither what is not due nor a complaint', () => {
    for (const to of toldStates)
      for (const from of ['scheduled', 'complained'] as const) expect(allowed(from, to)).toBe(false)
  })

  it('let a failed or held email be sent again only by a person', () => {
    expect(transitions.failed).toEqual(['queued'])
    expect(transitions.held).not.toContain('sending')
    expect(claimable).not.toContain('failed')
    expect(claimable).not.toContain('held')
  })

  it('reach every state from where an email begins, by allowed transitions only', () => {
    const reached = new Set([
      ...reachable('scheduled'),
      ...reachable('queued'),
      'scheduled',
      'queued',
    ])
    expect([...reached].sort()).toEqual([...emailStates].sort())
  })

  it('agree with the list of sources for each target', () => {
    fc.assert(
      fc.property(anyState, anyState, (from, to) => {
        expect(sourcesOf(to).includes(from)).toBe(allowed(from, to))
      }),
    )
  })

  it('cannot be canceled while an engine may be sending it', () => {
    expect(allowed('sending', 'canceled')).toBe(false)
  })

  it('are settled exactly when neither a worker nor a person has anything left to do', () => {
    const open = emailStates.filter((state) => !isSettled(state))
    expect(open.sort()).toEqual(['held', 'queued', 'scheduled', 'sending'])
  })
})

describe('rolling up recipients', () => {
  it('says queued while any recipient waits, whatever became of the others', () => {
    fc.assert(
      fc.property(fc.array(recipientState), (others) => {
        expect(rollUp([...others, 'queued'])).toBe('queued')
      }),
    )
  })

  it('says held while any recipient is in doubt and none waits', () => {
    expect(rollUp(['sent', 'held', 'failed'])).toBe('held')
  })

  it('says failed only when no recipient got it', () => {
    expect(rollUp(['failed', 'sent'])).toBe('sent')
    expect(rollUp(['failed', 'failed'])).toBe('failed')
  })

  it('does not depend on the order of the recipients', () => {
    fc.assert(
      fc.property(fc.array(recipientState, { minLength: 1 }), (list) => {
        expect(rollUp(list)).toBe(rollUp([...list].reverse()))
        expect(list).toContain(rollUp(list))
      }),
    )
  })

  it('refuses an email without recipients', () => {
    expect(() => rollUp([])).toThrow(RangeError)
  })
})

function reachable(from: EmailState, seen = new Set<EmailState>()): Set<EmailState> {
  for (const next of emailStates.filter((to) => allowed(from, to)))
    if (!seen.has(next)) {
      seen.add(next)
      reachable(next, seen)
    }
  return seen
}
