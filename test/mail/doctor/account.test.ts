import { describe, expect, it } from 'vitest'
import type { IdentityFacts } from '../../../mail/doctor/ses-identities.ts'
import { accessRequest, examineAccount, type AccountFacts } from '../../../mail/doctor/account.ts'

const identity: IdentityFacts = {
  domain: 'example.com',
  identity: 'example.com',
  isVerified: true,
  isSigned: true,
  mailFrom: 'own',
  forwardsFeedback: true,
}

const ses = {
  region: 'eu-west-1',
  inSandbox: false,
  identities: [identity],
  publishesBounces: null,
} as const satisfies AccountFacts['ses']

const good: AccountFacts = {
  region: 'eu-west-1',
  concurrency: 1_000,
  senders: 5,
  ses,
  unconfirmed: [],
  unknown: [],
}

const codesOf = (facts: Partial<AccountFacts>) =>
  examineAccount({ ...good, ...facts }).map(({ code }) => code)

describe('the account of a deployment', () => {
  it('has nothing wrong, also where it may not be asked', () => {
    expect(codesOf({})).toEqual([])
    expect(codesOf({ concurrency: null, ses: null, unconfirmed: null })).toEqual([])
  })

  it('has too little concurrency where senders leave none for requests, as new accounts do', () => {
    expect(codesOf({ concurrency: 10 })).toEqual(['aws.concurrency'])
    expect(codesOf({ concurrency: 15 })).toEqual([])
    expect(codesOf({ concurrency: 15, senders: 6 })).toEqual(['aws.concurrency'])
  })

  it('is in the sandbox of the Region that is named', () => {
    const [finding] = examineAccount({ ...good, ses: { ...ses, inSandbox: true } })
    expect(finding).toMatchObject({ code: 'aws.ses-sandbox', level: 'wrong' })
    expect(finding!.problem).toContain('eu-west-1')
  })

  const foundFor = (change: Partial<IdentityFacts>, publishesBounces: boolean | null = null) => {
    const identities = [{ ...identity, ...change }]
    return examineAccount({ ...good, ses: { ...ses, identities, publishesBounces } })
  }

  it.each<[Partial<IdentityFacts>, string, string]>([
    [{ identity: null }, 'aws.ses-identity', 'example.com is no identity'],
    [{ isVerified: false }, 'aws.ses-identity', 'not verified yet'],
    [{ isSigned: false }, 'aws.ses-dkim', 'example.com is not signed'],
    [{ mailFrom: 'ses' }, 'aws.ses-mail-from', 'no MAIL FROM domain of its own'],
    [{ mailFrom: 'broken' }, 'aws.ses-mail-from', 'MX record'],
  ])('has a sender domain that is %j', (change, code, words) => {
    expect(foundFor(change)).toMatchObject([
      { code, problem: expect.stringContaining(words) as string },
    ])
  })

  it('tells someone of bounces, by forwarding them or by events, where that is known', () => {
    const codes = (forwardsFeedback: boolean, publishes: boolean | null) =>
      foundFor({ forwardsFeedback }, publishes).map(({ code }) => code)
    expect(codes(false, false)).toEqual(['aws.ses-bounces'])
    expect([codes(true, false), codes(false, true), codes(false, null)]).toEqual([[], [], []])
  })

  it('tells of everyone who has not confirmed alarms', () => {
    const found = examineAccount({ ...good, unconfirmed: ['a@own.org', 'b@own.org'] })
    expect(found.map(({ problem }) => problem.split(' ')[0])).toEqual(['a@own.org', 'b@own.org'])
  })

  it('drafts a request that names the domains and leaves the rest to a person', () => {
    const text = accessRequest(['example.com', 'example.org'])
    expect(text).toContain('from example.com, example.org, to people')
    expect(text).toContain('<number>')
  })
})
