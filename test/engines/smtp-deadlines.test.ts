import { once } from 'node:events'
import type { LookupFunction } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../mail/email/outcome.ts'
import { testParcel } from '../parcels.ts'
import { openDeafListener } from '../remote/deaf-listener.ts'
import type { Script, Stage } from '../remote/smtp-script.ts'
import { usual } from '../remote/smtp-script.ts'
import { huge } from './smtp-faults/fault.ts'
import { openRigInTest, openSmtpEngine } from './smtp-rig.ts'
import type { SmtpRig } from './smtp-rig.ts'

const seconds = 1_000
const minutes = 60 * seconds

type Answered = Exclude<Stage, 'quit' | 'starttls' | 'auth' | 'helo' | 'ehlo'>

/** Lets time pass once both sides have dealt with all that they were sent. */
async function pass({ clock }: Pick<SmtpRig, 'clock'>, ms: number) {
  for (let turn = 0; turn < 20; turn++) await clock.advance(0)
  await clock.advance(ms)
}

/** The server is silent at one stage for so long, and then says the usual. */
async function sendTo(stage: Answered, ms: number, script: Script = {}) {
  const rig = await openRigInTest({
    script: { ...script, [stage]: { wait: true, say: usual[stage] } },
  })
  const waits = once(rig.server.events, 'wait')
  const sending = rig.send()
  await waits
  await pass(rig, ms)
  rig.server.release()
  return { outcome: await sending, ...rig }
}

describe('how long the SMTP engine waits', () => {
  it.each([25 * seconds, 40 * seconds, 4 * minutes, 10 * minutes - 1])(
    'for the answer to the dot: %i ms later it is sent, once',
    async (ms) => {
      const { outcome, server } = await sendTo('dot', ms)
      expect(outcome).toMatchObject({ kind: 'sent', remoteId: 'SINK0001' })
      expect(server.emails).toHaveLength(1)
    },
  )

  it.each([18 * seconds, 4 * minutes, 5 * minutes - 1])(
    'for the greeting: %i ms later it is heard',
    async (ms) => expect((await sendTo('greeting', ms)).outcome).toMatchObject({ kind: 'sent' }),
  )

  it.each<[Answered, number, Outcome['kind'], string]>([
    ['greeting', 5 * minutes, 'deferred', 'the connection'],
    ['mail', 5 * minutes, 'deferred', 'MAIL'],
    ['rcpt', 5 * minutes, 'deferred', 'RCPT'],
    ['data', 2 * minutes, 'deferred', 'DATA'],
    ['dot', 10 * minutes, 'ambiguous', 'the content'],
  ])('for %s no longer than %i ms; then it is %s', async (stage, ms, kind, what) => {
    for (const extensions of [['PIPELINING'], []]) {
      const before = await sendTo(stage, ms - 1, { extensions })
      expect(before.outcome).toMatchObject({ kind: 'sent' })
      const { outcome } = await sendTo(stage, ms, { extensions })
      expect(outcome).toMatchObject({ kind, reason: `no answer to ${what} in time` })
    }
  })

  it('gives each recipient its own five minutes, whether asked one by one or together', async () => {
    for (const extensions of [['PIPELINING'], []]) {
      const rig = await openRigInTest({
        script: { extensions, rcpt: { wait: true, say: '250 ok' } },
      })
      const { server, send } = rig
      server.events.on('wait', () => void pass(rig, 4 * minutes).then(() => server.release()))
      const to = ['one', 'two', 'three', 'four'].map((name) => `${name}@example.test`)
      expect(await send({ to })).toMatchObject({ kind: 'sent' })
    }
  })

  it('waits no longer for bytes that are no answer', async () => {
    const rig = await openRigInTest({ script: { mail: { raw: '2' } } })
    const hangs = once(rig.server.events, 'hang')
    const sending = rig.send()
    await hangs
    await pass(rig, 5 * minutes)
    expect(await sending).toMatchObject({ kind: 'deferred' })
  })

  it('hands over 28 MB at 1 MB a second', async () => {
    const rig = await openRigInTest({
      script: { pace: (bytes) => rig.clock.advance(bytes / 1_000) },
    })
    const bytes = Buffer.alloc(28_000_000, 'Subject: All work and no play.\r\n')
    const since = rig.clock.now()
    expect(await rig.send({ bytes })).toMatchObject({ kind: 'sent' })
    expect(rig.clock.now() - since).toBeGreaterThanOrEqual(28 * seconds)
    expect(rig.server.emails[0]!.content).toHaveLength(bytes.length)
  })

  it('gives up a server that takes none of the content for three minutes', async () => {
    const rig = await openRigInTest({ script: { body: { after: 100_000 } } })
    const hangs = once(rig.server.events, 'hang')
    const sending = rig.send(huge)
    await hangs
    await pass(rig, 3 * minutes)
    expect(await sending).toMatchObject({
      kind: 'deferred',
      reason: expect.stringMatching(/in time$/) as string,
    })
    expect(rig.server.emails).toHaveLength(0)
  })
})

describe('how long the SMTP engine tries to connect', () => {
  it('thirty seconds an address', async () => {
    const listener = await openDeafListener()
    const { clock, engine } = openSmtpEngine({ host: '127.0.0.1', port: listener.port })
    try {
      let outcome: Outcome | undefined
      void engine.send(testParcel(), new AbortController().signal).then((told) => (outcome = told))
      await clock.advance(0)
      await clock.advance(30 * seconds - 1)
      expect(outcome).toBeUndefined()
      await clock.advance(1)
      expect(outcome).toMatchObject({ kind: 'deferred', reason: 'no connection in time' })
    } finally {
      await listener.close()
    }
  })

  it('with the next address too when the first has not answered in a second', async () => {
    const { server, send, clock } = await openRigInTest({
      listenOn: '127.0.0.2',
      smtp: { host: 'relay.example.test' },
      lookup: addresses('127.0.0.1', '127.0.0.2'),
    })
    const listener = await openDeafListener(server.port)
    try {
      const sending = send()
      await clock.advance(0)
      expect(server.connections).toBe(0)
      await clock.advance(1 * seconds)
      expect(await sending).toMatchObject({ kind: 'sent' })
      expect(server.connections).toBe(1)
    } finally {
      await listener.close()
    }
  })

  it('and asks for the addresses no longer than that', async () => {
    const { clock, engine } = openSmtpEngine({ host: 'relay.example.test' }, undefined, {
      lookup: () => undefined,
    })
    const sending = engine.send(testParcel(), new AbortController().signal)
    await clock.advance(0)
    await clock.advance(30 * seconds)
    expect(await sending).toMatchObject({
      kind: 'deferred',
      reason: expect.stringContaining('address') as string,
    })
  })
})

function addresses(...found: string[]): LookupFunction {
  return (_host, _options, callback) =>
    callback(
      null,
      found.map((address) => ({ address, family: 4 })),
    )
}
