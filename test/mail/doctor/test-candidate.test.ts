import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Outcome } from '../../../mail/email/outcome.ts'
import type { Parcel } from '../../../mail/email/parcel.ts'
import type { EngineContext } from '../../../mail/ports/fleet.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { retry } from '../../../mail/manage/manage.ts'
import type { EngineName } from '../../../mail/email/engine-name.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import { sendWithCandidate } from '../../../mail/doctor/test-candidate.ts'
import {
  openPostern,
  scriptedEngine,
  type TestOptions,
  type TestPostern,
} from '../../open-postern.ts'

const caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const to = { address: 'admin@there.test' }
const smtp = { host: 'mail.there.test', port: 2525, username: 'me' }

let test: TestPostern
let answer: (parcel: Parcel) => Outcome | Promise<Outcome>
/** What the engines were made from, one by one. */
let opened: [EngineName, EngineContext][]
let closed: number

async function open(options: Partial<TestOptions> = {}) {
  test = await openPostern({
    settings: { engine: 'smtp', smtp: { host: 'old.there.test' } },
    open: async (name, context) => {
      opened.push([name, context])
      const { engine } = scriptedEngine(name, (parcel) => answer(parcel))
      return { ...engine, close: async () => void closed++ }
    },
    ...options,
  })
}

beforeEach(() => {
  answer = () => ({ kind: 'sent', remoteId: 'x1' })
  opened = []
  closed = 0
})
afterEach(() => test.close())

const tried = (
  settings: SavedSettings,
  secrets = { 'smtp.password': 'new' },
  wish: object = { to },
) => sendWithCandidate(test.postern, { settings, secrets }, wish, caller)

const candidate = { engine: 'smtp', from: { address: 'new@own.test' }, smtp }

describe('a test email with settings that are not in force', () => {
  it('leaves through an engine of its own, with the secrets given, and is on record', async () => {
    await open()
    const sent = await tried(candidate)
    expect(sent).toMatchObject({
      kind: 'sent',
      email: {
        state: 'sent',
        to: [to],
        settledAt: test.clock.now(),
        timeline: [{ what: 'accepted' }, { what: 'attempt', engine: 'smtp', remoteId: 'x1' }],
      },
    })
    expect(opened).toMatchObject([
      ['smtp', { settings: { smtp }, secrets: { 'smtp.password': 'new' } }],
    ])
    expect(closed).toBe(1)
    const { email } = sent as Extract<typeof sent, { kind: 'sent' }>
    expect(await test.postern.emails.get(email.id, '*')).toEqual(email)
    expect(await test.postern.queue.depth(test.clock.now(), '*')).toMatchObject({
      depth: 0,
      sending: 0,
    })
  })

  it('saves nothing: neither settings nor secrets, nor a verdict', async () => {
    await open()
    const before = await test.postern.settings.read()
    await tried(candidate)
    expect(await test.postern.settings.read()).toEqual(before)
    expect(await test.postern.settings.readSecrets({ 'smtp.password': 1 })).toEqual({})
    expect(await test.postern.standing.readVerdict()).toBeUndefined()
    expect((await test.postern.inForce.refresh()).settings.smtp.host).toBe('old.there.test')
  })

  it.each<[string, Outcome, string]>([
    ['refuses it', { kind: 'rejected', reason: '550 no' }, 'failed'],
    ['wants it later', { kind: 'deferred', reason: '450 later' }, 'failed'],
    ['refuses the login', { kind: 'blocked', reason: '535 wrong password' }, 'failed'],
    ['is lost at the end', { kind: 'ambiguous', reason: 'cut off' }, 'held'],
  ])('is not tried again where the server %s', async (_, outcome, state) => {
    await open()
    answer = () => outcome
    const sent = await tried(candidate)
    expect(sent).toMatchObject({
      kind: 'sent',
      reason: outcome.reason,
      email: { state, recipients: [{ state, reason: outcome.reason }] },
    })
    expect(sent).not.toHaveProperty('email.nextAttemptAt')
    expect(await test.postern.queue.depth(test.clock.now(), '*')).toMatchObject({
      depth: 0,
      deadLetters: 0,
    })
  })

  it('pauses no other engine when its own is blocked', async () => {
    await open()
    answer = () => ({ kind: 'blocked', reason: '535 wrong password' })
    await tried(candidate)
    expect(await test.postern.standing.read('smtp')).toEqual({ pauses: 0 })
  })

  it('stays on record, for a person to judge, where Postern itself fails in the middle', async () => {
    await open()
    const captures = {
      ...test.postern.captures,
      add: () => Promise.reject(new TypeError('broken')),
    }
    const settings = { engine: 'smtp', smtp, safety: { allow: [], otherwise: 'capture' } }
    const sent = await sendWithCandidate(
      { ...test.postern, captures },
      { settings: { ...settings, from: candidate.from }, secrets: { 'smtp.password': 'new' } },
      { to },
      caller,
    )
    expect(sent).toMatchObject({ email: { state: 'held' } })
    expect(closed).toBe(0)
  })

  it('goes through the settings in force when a person retries it', async () => {
    await open()
    answer = () => ({ kind: 'blocked', reason: '535 wrong password' })
    const sent = await tried(candidate)
    const { id } = (sent as Extract<typeof sent, { kind: 'sent' }>).email
    answer = () => ({ kind: 'sent' })
    await retry(test.postern, id, '*')
    for (const job of test.backend.queue.take(1, 1)) await deliver(test.postern, job)
    expect((await test.postern.emails.get(id, '*'))?.state).toBe('sent')
    expect(opened.at(-1)).toMatchObject([
      'smtp',
      { settings: { smtp: { host: 'old.there.test' } } },
    ])
  })

  it('is captured where the candidate captures, and obeys its safety rules', async () => {
    await open()
    expect(
      await tried({ engine: 'noop', from: { address: 'a@own.test' } }, {} as never),
    ).toMatchObject({ email: { capture: true } })
    const safety = { allow: [], otherwise: 'drop' }
    expect(await tried({ ...candidate, safety })).toMatchObject({ email: { state: 'discarded' } })
  })

  it.each<[string, SavedSettings, object, string]>([
    ['a lock says otherwise', { ...candidate, engine: 'sendmail' }, {}, 'engine'],
    ['there is a fault', { ...candidate, smtp: { port: 0 } }, {}, 'smtp.port'],
    ['a secret is unknown', candidate, { nosuch: 'x' }, 'secrets.nosuch'],
  ])('is refused as saving is where %s', async (_, settings, secrets, path) => {
    await open({ locks: { engine: 'smtp' } })
    const refused = await sendWithCandidate(
      test.postern,
      { settings, secrets } as never,
      { to },
      caller,
    )
    expect(refused).toMatchObject({ kind: 'faulty', faults: [{ path }] })
    expect([opened, (await test.postern.emails.list({ scope: '*', limit: 1 })).data]).toEqual([
      [],
      [],
    ])
  })

  it('is refused where the candidate takes no mail, and where there is no recipient', async () => {
    await open()
    expect(await tried({ engine: 'disabled' })).toMatchObject({ kind: 'unavailable' })
    expect(await tried({ engine: 'smtp', smtp }, undefined, {})).toMatchObject({
      kind: 'invalid',
      faults: [{ field: 'to' }],
    })
    expect((await test.postern.emails.list({ scope: '*', limit: 1 })).data).toEqual([])
  })
})
