import { createVerify, generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { smtpEngine } from '../../engines/smtp.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import { testParcel } from '../parcels.ts'
import type { Act, Moment } from '../remote/smtp-script.ts'
import { startSmtpServer, type SmtpServer } from '../remote/smtp-server.ts'
import { startTokenEndpoint, type TokenEndpoint } from '../remote/token-endpoint.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import { engineContext } from './engine-context.ts'
import { testCa, testCertificate } from './smtp-rig.ts'

const tls = testCertificate('localhost')
const user = 'app@own.test'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const grants = {
  refreshToken: {
    oauth2: { grant: 'refreshToken', clientId: 'client-1', scope: 'mail' },
    secrets: { refreshToken: 'refresh-secret', clientSecret: 'client-secret' },
    asked: {
      grant_type: 'refresh_token',
      refresh_token: 'refresh-secret',
      client_id: 'client-1',
      client_secret: 'client-secret',
      scope: 'mail',
    },
  },
  clientCredentials: {
    oauth2: { grant: 'clientCredentials', clientId: 'client-1', scope: 'mail/.default' },
    secrets: { clientSecret: 'client-secret' },
    asked: {
      grant_type: 'client_credentials',
      client_id: 'client-1',
      client_secret: 'client-secret',
      scope: 'mail/.default',
    },
  },
} as const

describe.each(['XOAUTH2', 'OAUTHBEARER'])('the SMTP engine that logs in by %s', (mechanism) => {
  let endpoint: TokenEndpoint
  let server: SmtpServer
  let clock: VirtualClock
  const engines: Engine[] = []

  beforeEach(async () => {
    endpoint = await startTokenEndpoint(tls)
    server = await startSmtpServer({
      tls,
      extensions: ['STARTTLS', `AUTH ${mechanism}`],
      auth: checksTokens(),
    })
  })
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.close()))
    await server.close()
    await endpoint.close()
  })

  /** As Google and Microsoft do: a refusal is explained first and then, once acknowledged, said. */
  function checksTokens(refusal: Act | string = '535 5.7.8 Username and Password not accepted') {
    return ({ line }: Moment): Act | string => {
      const given = line.split(' ').at(-1) ?? ''
      if (given === mechanism) return '334 '
      const text = Buffer.from(given, 'base64').toString()
      if (text === '' || text === '\x01') return refusal
      const token = /auth=Bearer ([^\x01]+)\x01\x01$/.exec(text)?.[1] ?? ''
      const isUser = text.startsWith(
        mechanism === 'XOAUTH2' ? `user=${user}\x01` : `n,a=${user},\x01host=127.0.0.1\x01port=`,
      )
      if (isUser && endpoint.tokens.has(token)) return '235 2.7.0 Accepted'
      return `334 ${Buffer.from('{"status":"401","scope":"mail"}').toString('base64')}`
    }
  }

  function open(oauth2: object = {}, secrets: object = grants.refreshToken.secrets) {
    const context = engineContext({
      settings: {
        engine: 'smtp',
        smtp: {
          host: '127.0.0.1',
          port: server.port,
          ca: testCa(),
          username: user,
          auth: 'oauth2',
          oauth2: { ...grants.refreshToken.oauth2, tokenEndpoint: endpoint.url, ...oauth2 },
        },
      },
      secrets: Object.fromEntries(
        Object.entries(secrets).map(([name, secret]) => [`smtp.oauth2.${name}`, secret as string]),
      ),
    })
    clock = context.clock
    const engine = smtpEngine(context)
    engines.push(engine)
    return engine
  }

  const patient = new AbortController().signal
  const sendBy = (engine: Engine) => engine.send(testParcel(), patient)

  it.each(Object.entries(grants))('sends with a token of %s', async (_, grant) => {
    expect(await sendBy(open(grant.oauth2, grant.secrets))).toMatchObject({ kind: 'sent' })
    expect(endpoint.requests.map((one) => Object.fromEntries(one))).toEqual([grant.asked])
  })

  it.each([
    ['a PEM key', 'robot@own.test', pem],
    [
      'the JSON file of Google',
      null,
      JSON.stringify({ private_key: pem, client_email: 'robot@own.test' }),
    ],
  ])('sends as a service account, with %s', async (_, clientId, key) => {
    const oauth2 = { grant: 'serviceAccount', clientId, scope: 'https://mail.google.com/' }
    const engine = open(oauth2, { privateKey: key })
    expect(await sendBy(engine)).toMatchObject({ kind: 'sent' })
    const { grant_type, assertion, ...more } = Object.fromEntries(endpoint.requests[0]!)
    expect(more).toEqual({})
    expect(grant_type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
    const [head, claims, signature] = assertion!.split('.')
    const verified = createVerify('RSA-SHA256')
      .update(`${head}.${claims}`)
      .verify(publicKey, signature!, 'base64url')
    expect(verified).toBe(true)
    const now = Math.floor(clock.now() / 1_000)
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toEqual({
      iss: 'robot@own.test',
      sub: user,
      scope: 'https://mail.google.com/',
      aud: endpoint.url,
      iat: now,
      exp: now + 600,
    })
  })

  it('asks once for many connections, and again when the token is about to expire', async () => {
    const engine = open()
    await Promise.all(Array.from({ length: 10 }, () => sendBy(engine)))
    expect(endpoint.requests).toHaveLength(1)
    await clock.advance(3_539_000)
    await sendBy(engine)
    expect(endpoint.requests).toHaveLength(1)
    await clock.advance(31_000)
    expect(await sendBy(engine)).toMatchObject({ kind: 'sent' })
    expect(endpoint.requests).toHaveLength(2)
  })

  it('gets another token at once when the one it kept was revoked', async () => {
    const engine = open()
    await sendBy(engine)
    await clock.advance(31_000)
    endpoint.revoke()
    expect(await sendBy(engine)).toMatchObject({ kind: 'sent' })
    expect(endpoint.requests).toHaveLength(2)
  })

  it('is blocked by a server that takes no token, in its words', async () => {
    const engine = open()
    endpoint.tokens.has = () => false
    const reason = `login refused: 535 5.7.8 Username and Password not accepted ({"status":"401","scope":"mail"})`
    expect(await sendBy(engine)).toEqual({ kind: 'blocked', reason })
    expect(endpoint.requests).toHaveLength(1)
    expect(await engine.verify(patient)).toEqual({ valid: false, reason })
  })

  it('sends a long token in a line of its own', async () => {
    const long = 'x'.repeat(1_800)
    endpoint.refuse(200, { access_token: long, token_type: 'bearer', expires_in: '3599' })
    endpoint.tokens.has = (token) => token === long
    expect(await sendBy(open())).toMatchObject({ kind: 'sent' })
    expect(server.commands).toContain(`AUTH ${mechanism}`)
    expect(server.commands.filter((line) => line.length > 510)).toHaveLength(1)
  })

  it('never shows a token or a secret that the other side repeats', async () => {
    const engine = open()
    const echo = ({ line }: Moment) =>
      `535 5.7.8 no: ${Buffer.from(line.split(' ').at(-1)!, 'base64').toString().replaceAll('\x01', ' ')}`
    server.script = { ...server.script, auth: echo }
    const { reason } = await sendBy(engine)
    expect(reason).toContain('Bearer ***')
    expect(reason).not.toContain('token-')
    await clock.advance(3_600_000)
    endpoint.refuse(400, { error: 'invalid_grant', error_description: 'no refresh-secret here' })
    expect((await sendBy(engine)).reason).toBe('no access token: 400 invalid_grant: no *** here')
  })

  it.each([
    [
      400,
      { error: 'invalid_grant', error_description: 'Token has been revoked.' },
      'blocked',
      'invalid_grant: Token has been revoked.',
    ],
    [
      401,
      { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret' },
      'blocked',
      'invalid_client: AADSTS7000215',
    ],
    [403, 'not here', 'blocked', '403 not here'],
    [200, { nothing: 'useful' }, 'blocked', 'no access token'],
    [302, '', 'blocked', '302'],
    [429, { error: 'slow_down' }, 'deferred', '429 slow_down'],
    [500, 'oops', 'deferred', '500 oops'],
    [503, '', 'deferred', '503'],
  ])('takes %i %j of the token endpoint for %s', async (status, body, kind, words) => {
    endpoint.refuse(status, body)
    const outcome = await sendBy(open())
    expect(outcome).toMatchObject({ kind, reason: expect.stringContaining(words) as string })
    expect(outcome.reason).toMatch(/^no access token: /)
    expect(server.commands.join()).not.toMatch(/AUTH|MAIL/)
  })

  it('waits for a token endpoint that is not there, and is blocked by one it cannot trust', async () => {
    const engine = open({ tokenEndpoint: 'https://127.0.0.1:1/token' })
    expect(await sendBy(engine)).toMatchObject({ kind: 'deferred' })
    const stranger = await startTokenEndpoint(testCertificate('self-signed'))
    try {
      expect(await sendBy(open({ tokenEndpoint: stranger.url }))).toMatchObject({ kind: 'blocked' })
      expect(stranger.requests).toEqual([])
    } finally {
      await stranger.close()
    }
  })

  it.each([
    [{ clientId: null }, {}, 'smtp.oauth2.clientId'],
    [{ tokenEndpoint: null }, {}, 'smtp.oauth2.tokenEndpoint'],
    [{}, {}, 'smtp.oauth2.refreshToken'],
    [{ grant: 'clientCredentials' }, {}, 'smtp.oauth2.clientSecret'],
    [{ grant: 'serviceAccount' }, {}, 'smtp.oauth2.privateKey'],
    [{ grant: 'serviceAccount' }, { privateKey: 'no key' }, 'smtp.oauth2.privateKey'],
  ])('says what is missing: %j', async (oauth2, secrets, words) => {
    const outcome = await sendBy(open(oauth2, secrets))
    expect(outcome).toMatchObject({
      kind: 'blocked',
      reason: expect.stringContaining(words) as string,
    })
  })
})

describe('presets with access tokens', () => {
  const reasonWith = async (smtp: object, secrets: Record<string, string>) => {
    const asked: string[] = []
    const lookup = (host: string, _: unknown, done: (error: Error, found: string) => void) => {
      asked.push(host)
      done(Object.assign(new Error('no network here'), { code: 'EAI_AGAIN' }), '')
    }
    const context = engineContext({ settings: { engine: 'smtp', smtp }, secrets })
    const engine = smtpEngine(context, { lookup: lookup })
    const outcome = await engine.send(testParcel(), new AbortController().signal)
    return { ...outcome, asked }
  }

  it.each([
    ['gmail', 'smtp.gmail.com', {}],
    ['microsoft-365', 'smtp.office365.com', { tenant: 'own.test' }],
  ])('%s knows its token endpoint', async (preset, host, more) => {
    const smtp = { preset, username: user, auth: 'oauth2', oauth2: { clientId: 'id', ...more } }
    const secrets = { 'smtp.oauth2.refreshToken': 'secret' }
    expect(await reasonWith(smtp, secrets)).toMatchObject({ kind: 'deferred', asked: [host] })
  })

  it('microsoft-365 asks for the directory', async () => {
    const smtp = {
      preset: 'microsoft-365',
      username: user,
      auth: 'oauth2',
      oauth2: { clientId: 'id' },
    }
    expect(await reasonWith(smtp, { 'smtp.oauth2.refreshToken': 'secret' })).toMatchObject({
      kind: 'blocked',
      reason: expect.stringContaining('smtp.oauth2.tenant') as string,
    })
  })
})
