import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import type { Caller } from '../../../mail/keys/caller.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { jobOf } from '../../../mail/email/job.ts'
import type { SuppressedPlace, SuppressionReason } from '../../../mail/email/suppression.ts'
import type { Outcome } from '../../../mail/email/outcome.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'

const caller: Caller = { owner: 'local', project: 'default', scope: '*', capture: false }

describe('an email to addresses that are suppressed', () => {
  let test: TestPostern
  let answer: () => Outcome
  let smtp: ReturnType<typeof scriptedEngine>

  beforeEach(async () => {
    answer = () => ({ kind: 'sent' })
    smtp = scriptedEngine('smtp', () => answer())
    test = await openPostern({ engines: { smtp: smtp.engine }, settings: { engine: 'smtp' } })
  })
  afterEach(() => test.close())

  const suppress = (reason: SuppressionReason, place: Partial<SuppressedPlace> = {}) =>
    test.postern.suppressions.add(
      { project: 'default', address: 'bob@there.test', ...place },
      { reason, at: test.clock.now(), by: 'test' },
    )

  async function sent(change: Partial<EmailRequest> = {}, by = caller) {
    const accepted = await accept(test.postern, asking(emailRequest(change)), by)
    if (accepted.kind !== 'accepted') throw new Error(accepted.kind)
    return again(accepted.id)
  }

  async function again(id: string, postern = test.postern) {
    const email = await test.postern.emails.get(id, '*')
    const disposition = await deliver(postern, jobOf(email!))
    return { disposition, email: (await test.postern.emails.get(id, '*'))! }
  }

  const states = ({ email }: Awaited<ReturnType<typeof sent>>) =>
    email.recipients.map(({ address, state }) => `${address.split('@')[0]} ${state}`)

  it('goes to no engine, and says why', async () => {
    await suppress('bounce')
    await suppress('complaint')
    const { email, disposition } = await sent({ to: [{ address: 'Bob@There.test' }] })
    expect(smtp.parcels).toEqual([])
    expect(disposition).toEqual({ kind: 'acknowledge' })
    expect(email).toMatchObject({
      state: 'suppressed',
      settledAt: test.clock.now(),
      lastReason: 'suppressed: bounce, complaint',
      recipients: [{ state: 'suppressed', reason: 'suppressed: bounce, complaint' }],
    })
    expect(email.timeline.at(-1)).toMatchObject({ engine: 'suppression', outcome: 'suppressed' })
  })

  it('goes to the others, each said by itself', async () => {
    await suppress('bounce')
    await suppress('manual', { address: 'eve@there.test', project: '*' })
    const addresses = ['ann@there.test', 'bob@there.test', 'eve@there.test']
    const all = await sent({ to: addresses.map((address) => ({ address })) })
    expect(smtp.parcels.map(({ envelope }) => envelope.to)).toEqual([['ann@there.test']])
    expect(states(all)).toEqual(['ann sent', 'bob suppressed', 'eve suppressed'])
    expect(all.email.state).toBe('sent')
  })

  it('asks again at each attempt, and only for those that wait', async () => {
    answer = () => ({ kind: 'deferred', reason: '451 later' })
    const first = await sent({ to: [{ address: 'ann@there.test' }, { address: 'bob@there.test' }] })
    expect(states(first)).toEqual(['ann queued', 'bob queued'])
    await suppress('unsubscribe')
    answer = () => ({ kind: 'sent' })
    await test.clock.advance(60_000)
    const second = await again(first.email.id)
    expect(states(second)).toEqual(['ann sent', 'bob suppressed'])
    expect(smtp.parcels.at(-1)?.envelope.to).toEqual(['ann@there.test'])
  })

  it('is of one project, and leaves the others alone', async () => {
    await test.configure({ engine: 'smtp', projects: { shop: {} } })
    await suppress('bounce', { project: 'shop' })
    expect((await sent()).email.state).toBe('sent')
    const inShop = { ...caller, project: 'shop', scope: 'shop' }
    expect((await sent({}, inShop)).email.state).toBe('suppressed')
  })

  it('is shown as suppressed under capture too', async () => {
    await suppress('bounce')
    await test.configure({ engine: 'noop' })
    const all = await sent({ to: [{ address: 'ann@there.test' }, { address: 'bob@there.test' }] })
    expect(states(all)).toEqual(['ann captured', 'bob suppressed'])
    const { data } = await test.postern.captures.list({ scope: '*', limit: 10 })
    expect(data.map(({ to }) => to)).toEqual([['ann@there.test']])
  })

  it('reaches no one at another address either, when mail is redirected', async () => {
    await suppress('bounce')
    const safety = {
      allow: ['own.test'],
      otherwise: 'redirect',
      redirectTo: 'me@own.test',
    } as const
    await test.configure({ engine: 'smtp', safety })
    expect((await sent()).email.state).toBe('suppressed')
    expect(smtp.parcels).toEqual([])
  })

  it('goes out again as soon as the suppression is removed', async () => {
    await suppress('bounce')
    await test.postern.suppressions.remove(
      { project: 'default', address: 'BOB@there.test' },
      { at: 1, by: 'test' },
    )
    expect((await sent()).email.state).toBe('sent')
  })

  it('goes out for the reasons that a caller with full access ignores, and no other', async () => {
    await suppress('complaint')
    expect((await sent({ ignoreSuppressions: ['complaint'] })).email.state).toBe('sent')
    expect((await sent({ ignoreSuppressions: ['bounce'] })).email.state).toBe('suppressed')
    await suppress('manual')
    const { email } = await sent({ ignoreSuppressions: ['complaint'] })
    expect(email.lastReason).toBe('suppressed: manual')
  })

  it('is refused when a key that may only send ignores reasons', async () => {
    const request = asking(emailRequest({ ignoreSuppressions: ['bounce'] }))
    const restricted = { ...caller, restricted: true } as const
    expect(await accept(test.postern, request, restricted)).toMatchObject({ kind: 'forbidden' })
  })

  it('waits when it cannot be asked who is suppressed, and goes to no one', async () => {
    const find = () => Promise.reject(new Error('bob@there.test'))
    const postern = { ...test.postern, suppressions: { ...test.postern.suppressions, find } }
    const accepted = await accept(postern, asking(emailRequest()), caller)
    const { id } = accepted as { id: string }
    const { disposition, email } = await again(id, postern)
    expect(smtp.parcels).toEqual([])
    expect(disposition).toMatchObject({ kind: 'defer' })
    const reason = 'it cannot be asked who is suppressed: Error'
    expect(email).toMatchObject({ state: 'queued', attempts: 0, lastReason: reason })
    expect(await test.postern.standing.read('smtp')).toMatchObject({ pauses: 0 })
    expect((await again(id)).email.state).toBe('sent')
  })
})
