import { describe, expect, it, onTestFinished } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import type { Caller } from '../../../mail/keys/caller.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import { emailRequest, openPostern } from '../../open-postern.ts'

const anyone: Caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const limited: Caller = { ...anyone, domain: 'own.test' }
const ann = { address: 'ann@own.test' }
const eve = { address: 'eve@other.test' }

async function asked(
  request: Partial<EmailRequest>,
  caller = anyone,
  settings: SavedSettings = {},
) {
  const test = await openPostern({ settings })
  onTestFinished(() => test.close())
  const answer = await accept(
    test.postern,
    () => ({ request: emailRequest({ from: ann, ...request }) }),
    caller,
  )
  return answer.kind === 'accepted' ? (await test.postern.emails.get(answer.id, '*'))! : answer
}

describe('everyone who is named as a sender', () => {
  it.each([
    ['a second author', { coAuthors: [eve] }],
    ['a Sender', { sender: eve }],
    ['an author', { from: eve }],
  ])('must be of the domain that the key or the settings allow: %s', async (_who, request) => {
    const forbidden = { kind: 'forbidden' }
    expect(await asked(request, limited)).toMatchObject(forbidden)
    expect(await asked(request, anyone, { senderDomains: ['own.test'] })).toMatchObject(forbidden)
    expect(await asked(request)).toMatchObject({ state: 'queued' })
  })

  it('does not count where the default identity stands in their place', async () => {
    const settings = {
      from: { address: 'no-reply@own.test' },
      fromPolicy: 'default',
      senderDomains: ['own.test'],
    } as const
    expect(await asked({ sender: eve, coAuthors: [eve] }, anyone, settings)).toMatchObject({
      state: 'queued',
    })
  })
})

describe('where the caller wants bounces', () => {
  const bounces = async (envelopeFrom: string, ...rest: [Caller?, SavedSettings?]) => {
    const email = await asked({ envelopeFrom }, ...rest)
    return 'envelopeFrom' in email ? email.envelopeFrom : undefined
  }

  it('is kept, also a null sender and one address for each recipient (VERP)', async () => {
    expect(await bounces('')).toBe('')
    expect(await bounces('list+bob=there.test@bounce.test')).toBe('list+bob=there.test@bounce.test')
  })

  it('is From where it lies outside of the domains that may be sent from', async () => {
    const own = { senderDomains: ['own.test'] }
    expect(await bounces('b@bounce.test', limited)).toBeUndefined()
    expect(await bounces('b@bounce.test', anyone, own)).toBeUndefined()
    expect(await bounces('b@notown.test', limited)).toBeUndefined()
    expect(await bounces('b@bounce.own.test', limited, own)).toBe('b@bounce.own.test')
    expect(await bounces('', limited, own)).toBe('')
  })
})
