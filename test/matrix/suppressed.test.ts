import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deliver } from '../../mail/deliver/deliver.ts'
import { jobOf } from '../../mail/email/job.ts'
import type { SuppressedPlace, SuppressionReason } from '../../mail/email/suppression.ts'
import type { EmailRequest } from '../../mail/request/email-request.ts'
import { emailRequest } from '../open-postern.ts'
import { matrixEngines, openHouse, type House } from './houses.ts'

const [ann, bob] = ['ann@there.test', 'bob@there.test'] as const
const box = (address: string) => ({ address })

/** Where a suppressed address may stand. */
const places: Readonly<Record<string, Partial<EmailRequest>>> = {
  To: { to: [box(bob), box(ann)] },
  'To, in another spelling': { to: [box('BOB@There.TEST'), box(ann)] },
  Cc: { to: [box(ann)], cc: [box(bob)] },
  Bcc: { to: [box(ann)], bcc: [box(bob)] },
}

/** All that send, also those that come later: `farEnds` has one for every engine there is. */
const senders = matrixEngines.filter((engine) => engine !== 'noop')

describe.each(senders)('who is suppressed, and the wire of %s', (engine) => {
  let house: House
  beforeEach(async () => {
    house = await openHouse(engine)
    await house.configure({ from: { address: 'no-reply@own.test' } })
  })
  afterEach(() => house.close())

  const suppress = (place: Partial<SuppressedPlace> = {}, reason: SuppressionReason = 'bounce') =>
    house.test.postern.suppressions.add(
      { project: 'default', address: bob, ...place },
      { reason, at: house.test.clock.now(), by: 'test' },
    )

  const leftTo = async () => (await house.left()).flatMap(({ to }) => to)

  it('is kept from it wherever the address stands, and the others are not', async () => {
    await suppress()
    for (const [place, change] of Object.entries(places)) {
      const before = (await leftTo()).length
      const { state } = await house.send(emailRequest(change))
      expect([place, state, (await leftTo()).slice(before)]).toEqual([place, 'sent', [ann]])
    }
  })

  it('gets nothing, for whatever reason, of the project and of all', async () => {
    await suppress({ project: '*' }, 'complaint')
    await suppress({ address: ann }, 'manual')
    for (const to of [[bob], [ann], [bob, ann]])
      expect(await house.send(emailRequest({ to: to.map(box) }))).toMatchObject({
        state: 'suppressed',
      })
    expect(await leftTo()).toEqual([])
  })

  it('cannot be asked: nothing leaves until it can', async () => {
    await suppress()
    const { postern } = house.test
    const { suppressions } = postern
    const find = () => Promise.reject(new Error('locked'))
    Object.assign(postern, { suppressions: { ...suppressions, find } })
    const { id, state } = await house.send(emailRequest({ to: [box(bob), box(ann)] }))
    expect([state, await leftTo()]).toEqual(['queued', []])
    Object.assign(postern, { suppressions })
    await house.test.clock.advance(3_600_000)
    await deliver(postern, jobOf((await postern.emails.get(id, '*'))!))
    expect(await leftTo()).toEqual([ann])
  })
})
