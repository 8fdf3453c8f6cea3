import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { freePort } from '../../bench/free-port.ts'
import type { Outcome } from '../../mail/email/outcome.ts'
import { retryDelayMs } from '../../mail/retry.ts'
import { testParcel } from '../parcels.ts'
import { sesError } from '../remote/fake-ses.ts'
import { answer, startHttpServer } from '../remote/http-server.ts'
import { openHttpRig, providers, type HttpRig, type Provider } from './http-rig.ts'
import { testCa, testCertificate } from './smtp-rig.ts'

type Check = (rig: HttpRig) => Promise<void>

interface Row {
  readonly fault: string
  readonly expect: string
}

const { faults } = JSON.parse(
  readFileSync(new URL('../data/http-provider-faults.json', import.meta.url), 'utf8'),
) as { faults: Row[] }

/** Larger than what the system buffers of a connection that is never read. */
const large = testParcel({ text: `${'x'.repeat(70)}\n`.repeat(200_000) })

/** Rows that any HTTP provider can produce. */
const common: Readonly<Record<string, Check>> = {
  async '429 Retry-After: 2'(rig) {
    rig.say(answer(429, '', { 'Retry-After': '2' }))
    const outcome = await rig.send()
    expect(outcome).toMatchObject({ kind: 'deferred', retryAfterSeconds: 2 })
    expect(retryDelayMs(1, 0, 2)).toBeGreaterThanOrEqual(2_000)
  },

  async '429 Retry-After: HTTP-date'(rig) {
    const date = new Date(rig.clock.now() + 90_000).toUTCString()
    rig.say(answer(429, '', { 'Retry-After': date }))
    expect(await rig.send()).toMatchObject({ kind: 'deferred', retryAfterSeconds: 90 })
  },

  async '429 Retry-After: 999999'(rig) {
    rig.say(answer(429, '', { 'Retry-After': '999999' }))
    const outcome = await rig.send()
    expect(outcome).toMatchObject({ kind: 'deferred', retryAfterSeconds: 999_999 })
    expect(retryDelayMs(1, 0, 999_999)).toBe(6 * 3_600_000)
  },

  async '429 Retry-After: -1 / abc / empty'(rig) {
    for (const value of ['-1', 'abc', '', '1e3', 'Fri, 01 Jan 1971 00:00:00 GMT']) {
      rig.say(answer(429, '', { 'Retry-After': value }))
      expect(await rig.send()).toEqual(deferredWithout)
    }
  },

  async '429 without header'(rig) {
    rig.say(answer(429))
    expect(await rig.send()).toEqual(deferredWithout)
  },

  async '500 / 502 / 504'(rig) {
    for (const status of [500, 502, 504]) {
      rig.say(answer(status))
      expect(await rig.send()).toMatchObject({ kind: 'ambiguous' })
      rig.act({ say: answer(status), at: 'head', then: 'hang' })
      expect(await rig.send(large)).toMatchObject({ kind: 'deferred' })
    }
  },

  async '503 Retry-After'(rig) {
    rig.say(answer(503, '', { 'Retry-After': '7' }))
    expect(await rig.send()).toMatchObject({ kind: 'deferred', retryAfterSeconds: 7 })
  },

  async '400 / 413 / 422 with JSON errors'(rig) {
    for (const status of [400, 413, 422]) {
      rig.say(rig.provider.error(status, 'too many of these'))
      const outcome = await rig.send()
      expect(outcome).toMatchObject({ kind: 'rejected', reason: includes('too many of these') })
    }
  },

  async '401 / 403'(rig) {
    for (const status of [401, 403]) {
      rig.say(rig.provider.error(status, 'not for you'))
      expect(await rig.send()).toMatchObject({ kind: 'blocked', reason: includes('not for you') })
    }
  },

  async '404 / 405 on send URL'(rig) {
    for (const status of [404, 405]) {
      rig.say(answer(status))
      expect(await rig.send()).toMatchObject({ kind: 'blocked' })
    }
  },

  async '408 / 409 / 425'(rig) {
    for (const status of [408, 409, 425]) {
      rig.say(answer(status))
      expect(await rig.send()).toMatchObject({ kind: 'deferred' })
    }
  },

  async '301/302/307 to another host'(rig) {
    const other = await startHttpServer(() => ({ say: rig.provider.yes }))
    for (const status of [301, 302, 307]) {
      rig.say(answer(status, '', { Location: `${other.url}/v3/mail/send` }))
      expect(await rig.send()).toMatchObject({ kind: 'blocked', reason: includes('redirect') })
    }
    expect(other.connections).toBe(0)
    await other.close()
  },

  async '200 with HTML body'(rig) {
    rig.say(
      answer(200, '<html>Log in to the hotel network</html>', { 'Content-Type': 'text/html' }),
    )
    expect(await rig.send()).toMatchObject({ kind: 'ambiguous', reason: includes('200') })
  },

  async '202 with invalid JSON'(rig) {
    rig.say(rig.provider.yesWith('{"not json'))
    expect(await rig.send()).toMatchObject({ kind: 'sent' })
  },

  async '202 without X-Message-Id'(rig) {
    rig.say(rig.provider.yesWith('{}'))
    expect(await rig.send()).toEqual({ kind: 'sent' })
  },

  async '4xx with invalid JSON / 10 MB body'(rig) {
    rig.say(answer(400, '{"errors":[{'))
    expect(await rig.send()).toMatchObject({ kind: 'rejected' })
    // The rest never comes: waiting for all of it would take for ever.
    const part = answer(400, 'x'.repeat(200_000), { 'Content-Length': '10000000' })
    rig.act({ say: part, then: 'hang' })
    const outcome = await rig.send()
    expect(outcome.kind).toBe('rejected')
    expect(outcome.reason!.length).toBeLessThanOrEqual(500)
  },

  async 'Content-Length longer than body then close'(rig) {
    rig.act({ say: rig.provider.yesWith('{"a', { 'Content-Length': '500' }), then: 'close' })
    expect(await rig.send()).toMatchObject({ kind: 'sent' })
  },

  async 'connection reset before request body sent'(rig) {
    rig.act({ at: 'head', then: 'reset' })
    expect(await rig.send(large)).toMatchObject({ kind: 'deferred' })
    expect(rig.server.requests).toEqual([])
    const nobody = await openHttpRig(rig.provider, { url: `http://127.0.0.1:${await freePort()}` })
    expect(await nobody.send()).toMatchObject({
      kind: 'deferred',
      reason: includes('ECONNREFUSED'),
    })
    await nobody.close()
  },

  async 'connection reset after request body sent'(rig) {
    rig.act({ then: 'reset' })
    expect(await rig.send()).toMatchObject({ kind: 'ambiguous' })
    expect(rig.server.requests).toHaveLength(1)
  },

  async 'no response until timeout after body sent'(rig) {
    rig.act({ then: 'hang' })
    expect(await rig.sendUntilSilence()).toMatchObject({ kind: 'ambiguous' })
    rig.act({ at: 'head', then: 'hang' })
    expect(await rig.sendUntilSilence(large)).toMatchObject({ kind: 'deferred' })
    // By itself after a minute, also where no code takes the signal away.
    rig.act({ then: 'hang' })
    const hangs = once(rig.server.events, 'hang')
    let outcome: Outcome | undefined
    const sending = rig.send().then((told) => (outcome = told))
    await hangs
    await rig.clock.advance(59_999)
    expect(outcome).toBeUndefined()
    await rig.clock.advance(1)
    expect(await sending).toMatchObject({ kind: 'ambiguous', reason: includes('deadline') })
  },

  async 'response header bytes drip 1 per 5 s'(rig) {
    rig.act({ say: 'HTTP/1.1 202 Accepted\r\nX-Slow', then: 'hang' })
    expect(await rig.sendUntilSilence()).toMatchObject({ kind: 'ambiguous' })
  },

  async 'half-closed socket (server FIN before request)'(rig) {
    const gone = once(rig.server.events, 'leave')
    rig.act({ say: rig.provider.yes, then: 'close' })
    await rig.send()
    await gone
    rig.say(rig.provider.yes)
    expect(await rig.send()).toMatchObject({ kind: 'sent' })
    expect(rig.server.requests.map(({ connection }) => connection)).toEqual([1, 2])
  },

  async 'stale keep-alive socket reset on first write'(rig) {
    rig.say(rig.provider.yes)
    await rig.send()
    await rig.send()
    await rig.server.resetAll()
    expect(await rig.send()).toMatchObject({ kind: 'sent' })
    // From here on a connection that was used before is reset by its next byte.
    rig.server.script = ({ connection, method, whole }) => {
      if (connection === 2 && method !== '') return { at: 'head', then: 'reset' }
      return whole ? { say: rig.provider.yes } : undefined
    }
    await rig.clock.advance(1_001)
    expect(await rig.send()).toMatchObject({ kind: 'sent' })
    expect(rig.server.requests.map(({ connection }) => connection)).toEqual([1, 1, 2, 3])
    // Without a pause the request is on its way before it can be known: in doubt, and no retry.
    rig.act({ then: 'reset' })
    expect(await rig.send()).toMatchObject({ kind: 'ambiguous' })
    expect(rig.server.connections).toBe(3)
  },

  async 'TLS bad cert / expired / wrong host'({ provider }) {
    const trusted = getCACertificates('default')
    setDefaultCACertificates([...trusted, testCa()])
    for (const name of ['self-signed', 'expired', 'elsewhere'] as const) {
      const rig = await openHttpRig(provider, { tls: testCertificate(name) })
      expect(await rig.send()).toMatchObject({ kind: 'blocked', reason: includes('certificate') })
      expect(await rig.engine.verify(new AbortController().signal)).toMatchObject({ valid: false })
      expect(rig.server.bytes).toBe(0)
      await rig.close()
    }
    const good = await openHttpRig(provider, { tls: testCertificate('localhost') })
    good.say(provider.yes)
    expect(await good.send()).toMatchObject({ kind: 'sent' })
    await good.close()
    setDefaultCACertificates(trusted)
  },

  async 'DNS failure'({ provider }) {
    // A label that is too long fails in the resolver of this machine and asks no server.
    const rig = await openHttpRig(provider, { url: `http://${'x'.repeat(64)}.test` })
    expect(await rig.send()).toMatchObject({ kind: 'deferred', reason: includes('ENOTFOUND') })
    await rig.close()
  },

  async 'gzip bomb response'(rig) {
    const bomb = gzipSync(Buffer.alloc(50_000_000))
    const head = answer(400, '', { 'Content-Encoding': 'gzip', 'Content-Length': `${bomb.length}` })
    rig.act({ say: Buffer.concat([Buffer.from(head), bomb]) })
    expect(await rig.send()).toMatchObject({ kind: 'rejected' })
    expect(rig.server.requests[0]!.headers['accept-encoding']).toBe('identity')
  },

  async '100-continue never sent'(rig) {
    rig.say(rig.provider.yes)
    expect(await rig.send(large)).toMatchObject({ kind: 'sent' })
    expect(rig.server.requests[0]!.headers['expect']).toBeUndefined()
  },

  async 'chunked without final chunk'(rig) {
    const [head = '', body = ''] = rig.provider.yes.split('\r\n\r\n')
    const chunked = head.replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked')
    const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`
    rig.act({ say: `${chunked}\r\n\r\n${chunk}`, then: 'close' })
    expect(await rig.send()).toMatchObject({ kind: 'sent' })
  },
}

const sendgridOnly: Readonly<Record<string, Check>> = {
  async '202 empty body, X-Message-Id present'(rig) {
    rig.say(rig.provider.yes)
    expect(await rig.send()).toEqual({ kind: 'sent', remoteId: 'sg-0001' })
  },
}

const sesOnly: Readonly<Record<string, Check>> = {
  async 'SES ThrottlingException / "Maximum sending rate exceeded"'(rig) {
    rig.say(sesError(400, 'ThrottlingException', 'Maximum sending rate exceeded'))
    expect(await rig.send()).toMatchObject({ kind: 'deferred' })
  },

  async 'SES "Daily message quota exceeded" / LimitExceeded'(rig) {
    rig.say(sesError(400, 'ThrottlingException', 'Daily message quota exceeded'))
    expect(await rig.send()).toMatchObject({ kind: 'blocked' })
    rig.say(sesError(400, 'LimitExceededException', 'too many resources'))
    expect(await rig.send()).toMatchObject({ kind: 'blocked' })
  },

  async 'SES AccountSuspended / SendingPaused'(rig) {
    for (const name of ['AccountSuspendedException', 'SendingPausedException']) {
      rig.say(sesError(400, name, 'no'))
      expect(await rig.send()).toMatchObject({ kind: 'blocked' })
    }
  },

  async 'SES MessageRejected / MailFromDomainNotVerified'(rig) {
    rig.say(sesError(400, 'MessageRejected', 'Illegal attachment'))
    expect(await rig.send()).toMatchObject({ kind: 'rejected' })
    rig.say(sesError(400, 'MessageRejected', 'Email address is not verified.'))
    expect(await rig.send()).toMatchObject({ kind: 'blocked' })
    rig.say(sesError(400, 'MailFromDomainNotVerifiedException', 'not verified'))
    expect(await rig.send()).toMatchObject({ kind: 'blocked' })
  },

  async 'SES ExpiredToken / clock skew'(rig) {
    rig.say(sesError(403, 'ExpiredTokenException', 'The security token is expired'))
    expect(await rig.send()).toMatchObject({ kind: 'blocked' })
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIARENEWED')
    rig.say(rig.provider.yes)
    expect(await rig.send()).toMatchObject({ kind: 'sent' })
    expect(rig.server.requests.at(-1)!.headers['authorization']).toContain('AKIARENEWED')
  },

  async 'SES bulk: per-entry mixed status'(rig) {
    rig.server.script = ({ whole, body }) => {
      if (!whole) return undefined
      const isBad = String(body).includes('"bad@example.test"')
      return { say: isBad ? sesError(400, 'BadRequestException', 'bad') : rig.provider.yes }
    }
    const fates = ['good@example.test', 'bad@example.test', 'fine@example.test'].map((address) =>
      rig.send(testParcel({ to: [address] })),
    )
    expect((await Promise.all(fates)).map(({ kind }) => kind)).toEqual(['sent', 'rejected', 'sent'])
  },
}

const deferredWithout = {
  kind: 'deferred',
  reason: expect.any(String) as unknown,
  retryAfterSeconds: undefined,
}

function includes(text: string): unknown {
  return expect.stringContaining(text)
}

/** A port that nothing listens on: just given back. */

const checks: Readonly<Record<Provider['name'], Readonly<Record<string, Check>>>> = {
  sendgrid: { ...common, ...sendgridOnly },
  ses: { ...common, ...sesOnly },
  resend: common,
  postmark: common,
  mailgun: common,
}

it('has a test for every row of the fault list', () => {
  const tested = new Set(Object.values(checks).flatMap((rows) => Object.keys(rows)))
  expect([...tested].sort()).toEqual(faults.map(({ fault }) => fault).sort())
})

describe.each(providers)('HTTP faults of $name', (provider) => {
  let rig: HttpRig | undefined
  afterEach(async () => {
    await rig?.close()
    vi.unstubAllEnvs()
  })

  const rows = faults.filter(({ fault }) => fault in checks[provider.name])
  it.each(rows)('$fault: $expect', async ({ fault }) => {
    rig = await openHttpRig(provider)
    await checks[provider.name][fault]!(rig)
  })
})
