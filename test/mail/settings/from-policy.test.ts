import { describe, expect, it } from 'vitest'
import { applyFromPolicy } from '../../../mail/settings/from-policy.ts'
import type { Sender } from '../../../mail/email/email.ts'
import type { Settings } from '../../../mail/settings/settings.ts'

const own = { address: 'no-reply@own.test', name: 'Own' }
const caller = { address: 'ann@caller.test', name: 'Ann' }
const eve = { address: 'eve@there.test' }
const bare = { address: null, name: null }

interface Row {
  readonly policy: Settings['fromPolicy']
  readonly from: Sender
  readonly expected: object
}

const rows: readonly Row[] = [
  {
    policy: 'caller',
    from: caller,
    expected: { from: caller, replyTo: [], envelopeFrom: caller.address },
  },
  { policy: 'caller', from: {}, expected: { from: own, replyTo: [], envelopeFrom: own.address } },
  {
    policy: 'caller',
    from: { name: 'Ann' },
    expected: { from: { ...own, name: 'Ann' }, replyTo: [], envelopeFrom: own.address },
  },
  {
    policy: 'onBehalf',
    from: caller,
    expected: { from: caller, sender: own, replyTo: [], envelopeFrom: own.address },
  },
  {
    policy: 'onBehalf',
    from: { address: 'No-Reply@own.test', name: 'Ann' },
    expected: {
      from: { address: 'No-Reply@own.test', name: 'Ann' },
      replyTo: [],
      envelopeFrom: own.address,
    },
  },
  {
    policy: 'onBehalf',
    from: { name: 'Ann' },
    expected: { from: { ...own, name: 'Ann' }, replyTo: [], envelopeFrom: own.address },
  },
  { policy: 'onBehalf', from: {}, expected: { from: own, replyTo: [], envelopeFrom: own.address } },
  {
    policy: 'default',
    from: caller,
    expected: { from: own, replyTo: [caller], envelopeFrom: own.address },
  },
  {
    policy: 'default',
    from: { name: 'Ann' },
    expected: { from: { ...own, name: 'Ann' }, replyTo: [], envelopeFrom: own.address },
  },
  {
    policy: 'default',
    from: own,
    expected: { from: own, replyTo: [], envelopeFrom: own.address },
  },
  { policy: 'default', from: {}, expected: { from: own, replyTo: [], envelopeFrom: own.address } },
]

describe('the From policy', () => {
  it.each(rows)('$policy with From $from', ({ policy, from, expected }) => {
    expect(apply(policy, from)).toEqual(expected)
  })

  it('leaves a Reply-To that the caller gave alone', () => {
    const replyTo = [{ address: 'replies@caller.test' }]
    const settings = { from: own, fromPolicy: 'default', replyTo: 'all@own.test' } as const
    expect(applyFromPolicy({ from: caller, replyTo }, settings).replyTo).toEqual(replyTo)
  })

  it('lets replies reach the caller rather than the default Reply-To under "default"', () => {
    expect(apply('default', caller, 'all@own.test').replyTo).toEqual([caller])
  })

  it('uses the default Reply-To where no other is named', () => {
    expect(apply('caller', caller, 'all@own.test').replyTo).toEqual([{ address: 'all@own.test' }])
    expect(apply('default', {}, 'all@own.test').replyTo).toEqual([{ address: 'all@own.test' }])
  })

  it('lets the caller name Sender and where bounces go, unless that is for the default identity', () => {
    const asked = { from: caller, sender: eve, envelopeFrom: 'bounces@caller.test', replyTo: [] }
    const under = (fromPolicy: Settings['fromPolicy'], change = {}) =>
      applyFromPolicy({ ...asked, ...change }, { from: own, fromPolicy, replyTo: null })
    expect(under('caller')).toMatchObject({ sender: eve, envelopeFrom: 'bounces@caller.test' })
    expect(under('onBehalf')).toMatchObject({ sender: own, envelopeFrom: own.address })
    expect(under('default')).not.toHaveProperty('sender')
    expect(under('default').envelopeFrom).toBe(own.address)
    for (const policy of ['caller', 'onBehalf', 'default'] as const)
      expect(under(policy, { envelopeFrom: '' }).envelopeFrom).toBe('')
  })

  it('refuses to guess a sender where none is set', () => {
    const settings = { from: bare, fromPolicy: 'caller', replyTo: null } as const
    expect(() => applyFromPolicy({ from: {}, replyTo: [] }, settings)).toThrow('from.address')
  })
})

function apply(fromPolicy: Settings['fromPolicy'], from: Sender, replyTo: string | null = null) {
  return applyFromPolicy({ from, replyTo: [] }, { from: own, fromPolicy, replyTo })
}
