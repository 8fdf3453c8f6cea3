import { once } from 'node:events'
import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { openRigInTest, openSmtpEngine, testCa, testCertificate } from './smtp-rig.ts'
import { testParcel } from '../parcels.ts'

const patient = new AbortController().signal
const tls = testCertificate('localhost')
const ca = testCa()

describe('how the SMTP engine secures a connection', () => {
  it('speaks TLS from the first byte', async () => {
    const { send } = await openRigInTest({
      script: { tls, implicitTls: true },
      smtp: { security: 'tls', ca },
    })
    expect(await send()).toMatchObject({ kind: 'sent' })
  })

  it('is blocked by a plain server where TLS should be', async () => {
    const { send } = await openRigInTest({ smtp: { security: 'tls', ca } })
    expect(await send()).toMatchObject({ kind: 'blocked' })
  })

  it('checks the certificate against the name of the host', async () => {
    const script = { tls, implicitTls: true }
    const byName = await openRigInTest({ script, smtp: { security: 'tls', ca, host: 'localhost' } })
    expect(await byName.send()).toMatchObject({ kind: 'sent' })
    const elsewhere = { tls: testCertificate('elsewhere'), implicitTls: true }
    const wrong = await openRigInTest({ script: elsewhere, smtp: { security: 'tls', ca } })
    expect(await wrong.send()).toMatchObject({ kind: 'blocked' })
  })

  it('uses STARTTLS when it is offered and only welcome', async () => {
    const { send, server } = await openRigInTest({
      script: { tls },
      smtp: { security: 'opportunistic', ca },
    })
    expect(await send()).toMatchObject({ kind: 'sent' })
    expect(server.commands).toContain('STARTTLS')
  })

  it.each([{ login: true }, { login: true, extensions: ['STARTTLS', 'AUTH PLAIN'] }])(
    'sends without TLS, but never a password, when TLS is only welcome: %j',
    async (script) => {
      const smtp = { security: 'opportunistic' as const }
      const without = await openRigInTest({ script, smtp })
      expect(await without.send()).toMatchObject({ kind: 'sent' })
      const login = await openRigInTest({
        script,
        smtp: { ...smtp, username: 'ann' },
        password: 'secret-9',
      })
      expect(await login.send()).toMatchObject({ kind: 'blocked' })
      expect(login.server.bytes.toString()).not.toMatch(/AUTH|MAIL|secret-9/)
    },
  )

  it.each([
    ['a handshake that is reset', { handshake: { then: 'reset' } }],
    ['a handshake that ends', { handshake: { then: 'close' } }],
    [
      'TLS 1.0 alone',
      { tls: { ...tls, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } },
    ],
  ] as const)('sends without TLS after %s, where TLS is only welcome', async (_, script) => {
    const extensions = ['STARTTLS', 'AUTH PLAIN']
    const offering = { ...script, extensions }
    const smtp = { security: 'opportunistic' } as const
    const { send, server, engine } = await openRigInTest({ script: offering, smtp })
    expect(await send()).toMatchObject({ kind: 'sent' })
    const verbs = server.commands.map((line) => line.split(' ')[0])
    expect(verbs.filter((verb) => verb === 'STARTTLS').length).toBeGreaterThan(0)
    expect(await engine.verify(patient)).toEqual({
      valid: true,
      warnings: ['this server has no working TLS: email leaves in clear text'],
    })
    const login = await openRigInTest({
      script: offering,
      smtp: { ...smtp, username: 'ann' },
      password: 'secret-9',
    })
    expect((await login.send()).kind).toMatch(/^(blocked|deferred)$/)
    expect(login.server.bytes.toString()).not.toMatch(/AUTH|MAIL|secret-9/)
    const required = await openRigInTest({ script: offering, smtp: { security: 'starttls' } })
    expect((await required.send()).kind).toMatch(/^(blocked|deferred)$/)
    expect(required.server.emails).toEqual([])
  })

  it('prefers encryption for anybody to none, where TLS is only welcome', async () => {
    const script = { tls: testCertificate('self-signed') }
    const { send, server, engine } = await openRigInTest({
      script,
      smtp: { security: 'opportunistic' },
    })
    expect(await send()).toMatchObject({ kind: 'sent' })
    const verbs = server.commands.map((line) => line.split(' ')[0])
    expect(verbs.slice(0, 6)).toEqual(['EHLO', 'STARTTLS', 'EHLO', 'STARTTLS', 'EHLO', 'MAIL'])
    expect(await engine.verify(patient)).toEqual({ valid: true })
  })

  it('logs in without TLS where the administrator chose never to encrypt', async () => {
    const script = { login: true, tls }
    const { send, server } = await openRigInTest({
      script,
      smtp: { username: 'ann' },
      password: 'secret-9',
    })
    expect(await send()).toMatchObject({ kind: 'sent' })
    expect(server.commands).not.toContain('STARTTLS')
    expect(server.commands[1]).toBe(`AUTH PLAIN ${base64('\0ann\0secret-9')}`)
  })

  it('logs in again with every way that it knows', async () => {
    const script = { extensions: ['AUTH LOGIN'] }
    const { send, server } = await openRigInTest({
      script,
      smtp: { username: 'ann' },
      password: 'secret-9',
    })
    expect(await send()).toMatchObject({ kind: 'sent' })
    expect(server.commands.slice(1, 4)).toEqual(['AUTH LOGIN', base64('ann'), base64('secret-9')])
  })

  it('gives the name that was chosen, or that of this machine', async () => {
    const chosen = await openRigInTest({ smtp: { heloName: 'mail.own.test' } })
    await chosen.send()
    expect(chosen.server.commands[0]).toBe('EHLO mail.own.test')
    const own = await openRigInTest()
    await own.send()
    const name = hostname().includes('.') ? hostname() : '[127.0.0.1]'
    expect(own.server.commands[0]).toBe(`EHLO ${name}`)
  })
})

describe('what an administrator must correct first', () => {
  it.each([
    [{}, 'no server is set'],
    [{ host: 'mail.own.test', username: 'ann' }, 'no password'],
    [{ host: 'mail.own.test', ca: 'not PEM' }, 'smtp.ca'],
    [
      {
        host: 'mail.own.test',
        ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      },
      'smtp.ca',
    ],
  ])('blocks, and says so when verified: %j', async (smtp, words) => {
    const { engine } = openSmtpEngine(smtp)
    const reason = expect.stringContaining(words) as string
    expect(await engine.send(testParcel(), patient)).toMatchObject({ kind: 'blocked', reason })
    expect(await engine.verify(patient)).toMatchObject({ valid: false, reason })
  })

  it('knows providers by name', async () => {
    const asked: string[] = []
    const { engine } = openSmtpEngine({ preset: 'gmail' }, undefined, {
      lookup(host, _options, callback) {
        asked.push(host)
        callback(Object.assign(new Error('no network here'), { code: 'EAI_AGAIN' }), [])
      },
    })
    expect(await engine.send(testParcel(), patient)).toMatchObject({ kind: 'deferred' })
    expect(asked).toEqual(['smtp.gmail.com'])
  })
})

describe('the connections that the SMTP engine keeps', () => {
  it('are used again', async () => {
    const { send, server } = await openRigInTest()
    for (let i = 0; i < 5; i++) await send()
    expect(server.connections).toBe(1)
  })

  it('are left with a QUIT after 30 idle seconds, and not before', async () => {
    const { send, server, clock } = await openRigInTest()
    await send()
    await clock.advance(29_999)
    await send()
    await clock.advance(29_999)
    expect(server.commands).not.toContain('QUIT')
    await Promise.all([once(server.events, 'leave'), clock.advance(1)])
    expect(server.commands.at(-1)).toBe('QUIT')
  })

  it('are renewed after 100 emails', async () => {
    const { send, server } = await openRigInTest()
    for (let i = 0; i < 100; i++) await send()
    expect(server.connections).toBe(1)
    await send()
    expect(server.connections).toBe(2)
  })

  it('are never more than allowed', async () => {
    const { send, server } = await openRigInTest({ connections: 3 })
    await Promise.all(Array.from({ length: 12 }, () => send()))
    expect(server.emails).toHaveLength(12)
    expect(server.connections).toBe(3)
  })

  it('are not waited for beyond the signal, and the next in line gets its turn', async () => {
    const { send, server } = await openRigInTest({
      connections: 1,
      script: { dot: { wait: true, say: '250 ok' } },
    })
    const waits = once(server.events, 'wait')
    const first = send()
    await waits
    const abort = new AbortController()
    const second = send({}, abort.signal)
    const third = send()
    abort.abort()
    expect(await second).toMatchObject({
      kind: 'deferred',
      reason: expect.stringContaining('free') as string,
    })
    server.script = {}
    server.release()
    expect(await first).toMatchObject({ kind: 'sent' })
    expect(await third).toMatchObject({ kind: 'sent' })
    expect(server.emails).toHaveLength(2)
  })

  it('are all tried again a minute after the server had wanted fewer', async () => {
    const { send, server, clock } = await openRigInTest({ connections: 4 })
    server.script = {
      greeting: () => (server.connected > 1 ? { say: '421 one only', then: 'close' } : undefined),
    }
    await Promise.all([send(), send(), send(), send()])
    const before = server.connections
    server.script = { dot: { wait: true, say: '250 ok' } }
    await clock.advance(60_000)
    let waiting = 0
    const all = new Promise<void>((resolve) =>
      server.events.on('wait', () => ++waiting === 4 && resolve()),
    )
    const sending = [send(), send(), send(), send()]
    await all
    server.release()
    await Promise.all(sending)
    expect(server.connections).toBeGreaterThan(before)
  })

  it('end with the engine, which still sends what was begun', async () => {
    const { send, server, engine } = await openRigInTest({
      script: { dot: { wait: true, say: '250 ok' } },
    })
    const waits = once(server.events, 'wait')
    const sending = send()
    await waits
    await engine.close()
    const left = once(server.events, 'leave')
    server.release()
    expect(await sending).toMatchObject({ kind: 'sent' })
    await left
    expect(server.connected).toBe(0)
  })
})

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
