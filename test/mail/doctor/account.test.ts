import { describe, expect, it } from 'vitest'
import { accessRequest, examineAccount, type AccountFacts } from '../../../mail/doctor/account.ts'

const good: AccountFacts = {
  region: 'eu-west-1',
  concurrency: 1_000,
  senders: 5,
  ses: { inSandbox: false },
  unconfirmed: [],
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
    const [finding] = examineAccount({ ...good, ses: { inSandbox: true } })
    expect(finding).toMatchObject({ code: 'aws.ses-sandbox', level: 'wrong' })
    expect(finding!.problem).toContain('eu-west-1')
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
