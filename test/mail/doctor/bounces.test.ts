import { describe, expect, it } from 'vitest'
import {
  examineBounceRecords,
  examineBounces,
  lookUpBounces,
} from '../../../mail/doctor/bounces.ts'
import type { Facts } from '../../../mail/doctor/facts.ts'
import { settingsSchema } from '../../../mail/settings/settings.ts'

const domain = 'bounces.own.org'
const mx = ['mail.own.org']
const txt = ['v=spf1 include:provider.net -all']

const codes = (found: readonly { readonly code: string }[]) => found.map(({ code }) => code)

function facts(feedback: object, readableSecrets = ['feedback.key'], engine = 'smtp'): Facts {
  const from = { address: 'no-reply@own.org' }
  const settings = settingsSchema.parse({ engine, from, feedback })
  return { settings, readableSecrets } as unknown as Facts
}

describe('the doctor and email that comes back', () => {
  it.each<[string[], Facts]>([
    [[], facts({ bounceDomain: domain })],
    [[], facts({})],
    [['bounces.key'], facts({ bounceDomain: domain }, [])],
    [['bounces.other-domain'], facts({ bounceDomain: 'bounces.other.org' })],
    [[], facts({ bounceDomain: 'bounces.other.org' }, [], 'noop')],
  ])('finds %j in the settings', (expected, given) => {
    expect(codes(examineBounces(given))).toEqual(expected)
  })

  it.each<[string[], object, readonly string[]]>([
    [[], { kind: 'machine' }, ['feedback.key']],
    [['mailbox.key'], { kind: 'machine' }, []],
    [['mailbox.function'], { kind: 'function' }, ['feedback.key']],
    [['mailbox.trouble'], { kind: 'machine', mailbox: 'refused' }, ['feedback.key']],
  ])('finds %j of the mailbox that a relay returns email to', (expected, host, secrets) => {
    const given = facts({ imap: { host: 'imap.own.test' } }, [...secrets])
    expect(codes(examineBounces({ ...given, host } as Facts))).toEqual(expected)
  })

  it.each<[string[], object]>([
    [[], { mx, txt }],
    [['bounces.mx'], { mx: [], txt }],
    [['bounces.spf'], { mx, txt: ['something else'] }],
    [['bounces.spf-twice'], { mx, txt: [...txt, 'v=spf1 ~all'] }],
    [['bounces.spf-none'], { mx, txt: ['v=spf1 -all'] }],
    [[], {}],
  ])('finds %j in the DNS', (expected, records) => {
    expect(codes(examineBounceRecords({ domain, ...records }))).toEqual(expected)
  })

  it('asks the DNS for both, and takes no answer for none', async () => {
    const records = async (name: string, type: string) => {
      if (type === 'TXT') throw new Error('no answer')
      return [`${type} of ${name}`]
    }
    expect(await lookUpBounces({ records }, domain)).toEqual({ domain, mx: [`MX of ${domain}`] })
  })
})
