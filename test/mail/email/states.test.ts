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
  transitions,
  type EmailState,
} from '../../../mail/email/states.ts'

const anyState = fc.constantFrom(...emailStates)
const recipientState = fc.constantFrom(...recipientStates)

describe('the states of an email', () => {
  it('allow nothing to leave canceled, captured, discarded or suppressed', () => {
    for (const end of ['canceled', 'captured', 'discarded', 'suppressed'] as const)
      expect(transitions[end]).toEqual([])
  })

  it('never let an email that an engine accepted be sent again', () => {
    const afterwards = reachable('sent')
    for (const state of ['queued', 'sending', 'scheduled', 'held', 'failed'] as const)
      expect(afterwards).not.toContain(state)
  })

  it('let a failed or held email leave only by a person', () => {
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
  for (const next of transitions[from])
    if (!seen.has(next)) {
      seen.add(next)
      reachable(next, seen)
    }
  return seen
}
