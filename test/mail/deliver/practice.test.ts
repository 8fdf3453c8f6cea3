import { afterEach, describe, expect, it } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { ownSignals } from '../../../mail/deliver/own-signals.ts'
import { jobOf } from '../../../mail/email/job.ts'
import { engineNames, sends } from '../../../mail/email/engine-name.ts'
import type { Caller } from '../../../mail/keys/caller.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestOptions,
  type TestPostern,
} from '../../open-postern.ts'

const caller: Caller = { owner: 'local', project: 'default', scope: '*', capture: false }

let test: TestPostern
afterEach(() => test.close())

async function open(rules: readonly object[], options: TestOptions = {}) {
  test = await openPostern({ ...options, settings: { practice: { rules }, ...options.settings } })
}

async function accepted(to: readonly string[], by: Partial<Caller> = {}) {
  const request = emailRequest({ to: to.map((address) => ({ address })) })
  const answer = await accept(test.postern, asking(request), { ...caller, ...by })
  if (answer.kind !== 'accepted') throw new Error(answer.kind)
  return answer.id
}

/** One attempt, with these draws of chance. */
async function attempt(id: string, ...draws: number[]) {
  const job = jobOf((await test.postern.emails.get(id, '*'))!)
  const random = () => draws.shift() ?? 0.5
  const disposition = await deliver({ ...test.postern, random }, job)
  return { disposition, email: (await test.postern.emails.get(id, '*'))! }
}

const sent = async (to: readonly string[], by?: Partial<Caller>) => attempt(await accepted(to, by))

const bob = 'bob@there.test'

describe('a rule of the failure practice', () => {
  it('defers, and names itself in the timeline', async () => {
    await open([{ then: 'defer', retryAfterSeconds: 600 }])
    const { email } = await sent([bob])
    const reason = 'practice rule 1: 451 4.7.1 try again later'
    expect(email).toMatchObject({ state: 'queued', attempts: 1, lastReason: reason })
    expect(email.nextAttemptAt! - test.clock.now()).toBeGreaterThanOrEqual(600_000)
    expect(email.timeline.at(-1)).toMatchObject({ engine: 'noop', outcome: 'deferred', reason })
  })

  it('rejects with the reply it is given, and nothing is told of the address', async () => {
    await open([{ then: 'reject', reply: '550 5.1.1 user unknown' }])
    const { email } = await sent([bob])
    expect(email).toMatchObject({
      state: 'failed',
      recipients: [{ state: 'failed', reason: 'practice rule 1: 550 5.1.1 user unknown' }],
    })
    expect(ownSignals(email)).toEqual([])
  })

  it('blocks only its own email, and no attempt is counted', async () => {
    await open([{ then: 'block', to: bob }])
    const { email } = await sent([bob])
    expect(email).toMatchObject({ state: 'queued', attempts: 0 })
    expect(await test.postern.standing.read('noop')).toMatchObject({ pauses: 0 })
    expect((await sent(['ann@there.test'])).email.state).toBe('captured')
  })

  it('holds, also an email that wants to be sent again in doubt', async () => {
    await open([{ then: 'hold' }])
    const { email } = await sent([bob])
    expect(email).toMatchObject({ state: 'held', onAmbiguous: 'retry' })
  })

  it.each([
    ['delay', ['delayed']],
    ['bounce', ['bounced']],
    ['complain', ['delivered', 'complained']],
  ])('captures and then tells: %s', async (then, kinds) => {
    await open([{ then }])
    const { email } = await sent([bob])
    expect(email.state).toBe('captured')
    expect(ownSignals(email).map(({ kind }) => kind)).toEqual(kinds)
    expect((await test.postern.captures.list({ scope: '*', limit: 9 })).data).toHaveLength(1)
  })

  it('is for the recipients that it fits: each of one email by its own', async () => {
    await open([
      { then: 'reject', to: '@bad.test' },
      { then: 'bounce', to: '@*.gone.test' },
    ])
    const { email } = await sent(['a@bad.test', 'b@x.gone.test', 'c@fine.test', 'd@gone.test'])
    expect(email.recipients.map(({ state, reason }) => [state, reason])).toEqual([
      ['failed', 'practice rule 1: 550 5.7.1 refused'],
      ['captured', 'practice rule 2: bounced'],
      ['captured', undefined],
      ['captured', undefined],
    ])
    const [kept] = (await test.postern.captures.list({ scope: '*', limit: 9 })).data
    expect(kept!.to).toEqual(['b@x.gone.test', 'c@fine.test', 'd@gone.test'])
    expect(ownSignals(email).map(({ address }) => address)).toEqual(['b@x.gone.test'])
  })

  it('is for its project alone', async () => {
    await open([{ then: 'reject', project: 'shop' }], { settings: { projects: { shop: {} } } })
    expect((await sent([bob])).email.state).toBe('captured')
    expect((await sent([bob], { project: 'shop', scope: 'shop' })).email.state).toBe('failed')
  })

  it('lets pass what chance does not draw, and the next rule decides', async () => {
    await open([
      { then: 'reject', chance: 0.25 },
      { then: 'hold', chance: 0.5 },
    ])
    const states = []
    for (const draws of [[0.24], [0.25, 0.49], [0.25, 0.5]])
      states.push((await attempt(await accepted([bob]), ...draws)).email.state)
    expect(states).toEqual(['failed', 'held', 'captured'])
  })

  it('fails an email only so often as it says', async () => {
    await open([{ then: 'defer', times: 2 }])
    const id = await accepted([bob])
    const states = []
    for (let n = 0; n < 3; n++) {
      states.push((await attempt(id)).email.state)
      await test.clock.advance(3_600_000)
    }
    expect(states).toEqual(['queued', 'queued', 'captured'])
  })
})

describe('where an engine sends, no rule of the practice counts', () => {
  const everyRule = [{ then: 'reject' }]
  const scripted = () => {
    const smtp = scriptedEngine('smtp', () => ({ kind: 'sent' }))
    const all = engineNames.filter(sends).map((name) => [name, { ...smtp.engine, name }])
    return { smtp, engines: Object.fromEntries(all) as TestOptions['engines'] }
  }
  const toBob = async (settings: SavedSettings, options: TestOptions = {}) => {
    const { smtp, engines } = scripted()
    await open(everyRule, { engines, ...options, settings })
    return { smtp, ...(await sent([bob])) }
  }

  it.each(engineNames.filter(sends))('with the engine %s', async (engine) => {
    expect((await toBob({ engine })).email.state).toBe('sent')
  })

  it('with a list of engines', async () => {
    expect((await toBob({ engine: ['ses', 'smtp'] })).email.state).toBe('sent')
  })

  it('with an engine that is locked, whatever is saved', async () => {
    expect((await toBob({ engine: 'noop' }, { locks: { engine: 'smtp' } })).email.state).toBe(
      'sent',
    )
  })

  it('for an email of a key that captures', async () => {
    const { engines } = scripted()
    await open(everyRule, { engines, settings: { engine: 'smtp' } })
    expect((await sent([bob], { capture: true })).email.state).toBe('captured')
  })

  it('for an email that was accepted before sending was switched on', async () => {
    const { engines } = scripted()
    await open(everyRule, { engines })
    const id = await accepted([bob])
    await test.configure({ engine: 'smtp', practice: { rules: everyRule } })
    expect((await attempt(id)).email.state).toBe('captured')
  })

  it('for an email that a person sends by an engine, while the others are captured', async () => {
    const { smtp, engines } = scripted()
    await open(everyRule, { engines })
    const answer = await accept(test.postern, asking(emailRequest()), caller, { engine: 'smtp' })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    await attempt(answer.id)
    expect(smtp.parcels).toHaveLength(1)
  })

  it('for those that the safety rules let through', async () => {
    const { email } = await toBob({ engine: 'smtp', safety: { allow: [bob] } })
    expect(email.state).toBe('sent')
  })
})
