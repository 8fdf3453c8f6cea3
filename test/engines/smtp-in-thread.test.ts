import { afterEach, describe, expect, it } from 'vitest'
import { openEngineAside } from '../../engines/index.ts'
import { smtpInThread } from '../../engines/smtp/in-thread.ts'
import { smtpEngine } from '../../engines/smtp.ts'
import { compose, CompositionError } from '../../mail/compose/compose.ts'
import type { EngineContext } from '../../mail/ports/fleet.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import { testEngine } from '../conformance/engine.ts'
import { testParcel } from '../parcels.ts'
import { startSmtpServer, type SmtpServer } from '../remote/smtp-server.ts'
import { engineContext } from './engine-context.ts'
import { smtpRemote } from './smtp-remote.ts'
import { testCa, testCertificate } from './smtp-rig.ts'

const password = 'correct-horse-7'

testEngine(
  'smtp in a thread',
  async () => {
    const script = { tls: testCertificate('localhost'), login: true }
    const server = await startSmtpServer(script)
    const smtp = { security: 'starttls', ca: testCa(), username: 'ann' }
    return {
      engine: smtpInThread(contextFor(server, smtp, { 'smtp.password': password })),
      remote: smtpRemote(server, script),
      secrets: [password, Buffer.from(password).toString('base64')],
      hangIs: 'deferred' as const,
      close: () => server.close(),
    }
  },
  {
    skip: {
      'hands over exactly the bytes it was given': 'it composes them itself, as tested below',
    },
  },
)

describe('the SMTP engine in a thread', () => {
  let server: SmtpServer
  let engine: Engine
  afterEach(async () => {
    await engine.close()
    await server.close()
  })

  async function open() {
    server = await startSmtpServer()
    engine = smtpInThread(contextFor(server))
  }

  it('is what a host with other work to do opens', async () => {
    server = await startSmtpServer()
    engine = await openEngineAside('smtp', contextFor(server))
    const { composed: _, ...letter } = testParcel()
    // Composed at the other end, or this would be called.
    const parcel = { ...letter, composed: () => Promise.reject(new Error('composed here')) }
    expect(await engine.send(parcel, patient())).toMatchObject({ kind: 'sent' })
  })

  it('sends the bytes that composing gives', async () => {
    await open()
    const parcel = testParcel({ text: '.\n..two\nend.\n\n.' })
    expect(await engine.send(parcel, patient())).toMatchObject({ kind: 'sent' })
    const { content } = server.emails.at(-1)!
    expect(content).toEqual(Buffer.from(await compose(parcel)))
  })

  it('tells apart what can never be composed', async () => {
    await open()
    // Never accepted: it would name two people.
    const parcel = testParcel({ to: ['bob@example.test,eve@evil.test'] })
    await expect(engine.send(parcel, patient())).rejects.toThrow(CompositionError)
    expect(server.commands).toEqual([])
  })

  it('tells the name of every other error', async () => {
    await open()
    const parcel = testParcel({ bcc: ['<eve@evil.test>'] })
    await expect(engine.send(parcel, patient())).rejects.toMatchObject({ name: 'EnvelopeError' })
  })

  it('answers many at a time, each its own', async () => {
    await open()
    const subjects = Array.from({ length: 100 }, (_, i) => `number ${i}`)
    const parcels = subjects.map((subject, i) =>
      testParcel({ subject, to: [i % 2 === 0 ? 'bob@example.test' : 'no@exa mple.test'] }),
    )
    const sent = parcels.map((parcel) => engine.send(parcel, patient()))
    const ends = await Promise.allSettled(sent)
    expect(ends.map(({ status }) => status)).toEqual(
      subjects.map((_, i) => (i % 2 === 0 ? 'fulfilled' : 'rejected')),
    )
    expect(server.emails).toHaveLength(50)
  })

  it('starts another thread after one that ended, whose emails are in doubt', async () => {
    await open()
    const { settings, ...context } = contextFor(server)
    const dkim = { domain: 'own.test', selector: 's1' }
    const seen = [settings.dkim, dkim, settings.dkim]
    // Fine where the engine is made, without a key in the first thread, fine in the second.
    const changing = Object.defineProperty({ ...settings }, 'dkim', {
      get: () => seen.shift(),
      enumerable: true,
    })
    engine = smtpInThread({ ...context, settings: changing })
    await expect(engine.send(testParcel(), patient())).rejects.toThrow(/dkim/)
    expect(await engine.send(testParcel(), patient())).toMatchObject({ kind: 'sent' })
  })

  it('lets what is under way end before it closes, and may be used again', async () => {
    await open()
    const sent = engine.send(testParcel(), patient())
    await engine.close()
    expect(await sent).toMatchObject({ kind: 'sent' })
    expect(await engine.send(testParcel(), patient())).toMatchObject({ kind: 'sent' })
  })

  it('is refused at once for settings that no thread could use', async () => {
    await open()
    const dkim = { domain: 'own.test', selector: 's1' }
    const context = { ...contextFor(server), settings: { ...contextFor(server).settings, dkim } }
    expect(() => smtpInThread(context)).toThrow(/dkim/)
    expect(() => smtpEngine(context)).toThrow(/dkim/)
  })
})

const patient = () => new AbortController().signal

function contextFor(
  { port }: SmtpServer,
  smtp: object = { security: 'none' },
  secrets: EngineContext['secrets'] = {},
): EngineContext {
  const settings = { smtp: { host: '127.0.0.1', port, ...smtp } } as SavedSettings
  return engineContext({ settings, secrets })
}
