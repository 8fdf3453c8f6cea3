import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it, onTestFinished } from 'vitest'
import { errors, openApiDocument, operations } from '../../../api/openapi/document.ts'
import { refusalsOf, surfaceOf, type Operation } from '../../../api/openapi/operation.ts'
import { openWeb } from '../../../backends/web/index.ts'
import { makeApiKey } from '../../../mail/keys/api-keys.ts'
import { dnsServer } from '../../remote/dns-server.ts'
import { openApi, textOf, type OpenApi } from '../open-api.ts'
import { arrange, type Call } from './calls.ts'

const nameOf = ({ method, path }: Operation) => `${method.toUpperCase()} ${path}`
const named = operations.map((one) => [nameOf(one), one] as const)

describe('the OpenAPI document', () => {
  it('is valid by the schema of the specification', async () => {
    const api = openApi()
    const document = await api.read('/v1/openapi.json')
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument('1.2.3'))))
    const validator = new Validator()
    expect(await validator.validate(document)).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  it('needs no key, as an SDK generator has none', async () => {
    expect((await openApi({ access: 'keys' }).fetch('/v1/openapi.json')).status).toBe(200)
  })

  it('names every route of the app, and no other', async () => {
    const routes = (await routesOf(openApi())).filter((route) => !undocumented.test(route))
    expect([...new Set(routes)].sort()).toEqual(named.map(([name]) => name).sort())
  })

  it('gives every operation an id of its own', () => {
    const { paths } = openApiDocument('1')
    const ids = Object.values(paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    )
    expect(new Set(ids).size).toBe(operations.length)
  })
})

/**
 * For browsers, or reached only through a link that an answer gave; and what Mailpit, MailHog and
 * MailDev document, whose APIs captures answer as well.
 */
const undocumented =
  /^(GET|POST) \/u\/|^GET \/(console.*)?$|\/content$|^ALL |^\w+ \/(api|view|email)(\/|$)|^GET \/(live|ready|health)z$/

async function routesOf({ app }: OpenApi): Promise<string[]> {
  const late = app.routes.filter(({ handler }) => handler.name === 'loadFirst')
  for (const { path } of late) await app.request(path)
  return app.routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
}

describe('an operation of the document', () => {
  it.each(named)('%s answers its example as it says', async (_name, operation) => {
    const { api, call } = await prepare(operation)
    const pending = api.fetch(call.path, call.init)
    // A test email waits for what becomes of it.
    if (call.path === '/v1/test-email') await passTime(api)
    const answer = await pending
    const { status, body, type, headers = {} } = operation.answer
    const text = await textOf(answer)
    expect([answer.status, text]).toEqual([status, expect.any(String)])
    if (body) expect(JSON.parse(text)).toEqual(body.parse(JSON.parse(text)))
    else if (type) expect(answer.headers.get('content-type')).toContain(type)
    else expect(text).toBe('')
    for (const [name, schema] of Object.entries(headers)) schema.parse(answer.headers.get(name))
  })

  it.each(named)('%s refuses as it says', async (_name, operation) => {
    const { api, call } = await prepare(operation)
    const provoked = Object.entries(provocations).filter(
      ([status]) => Number(status) in refusalsOf(operation),
    )
    for (const [status, provoke] of provoked) {
      const { path, init } = provoke(call, operation)
      const answer = await api.fetch(path, init)
      const said: unknown = await answer.json()
      const words = errors[surfaceOf(operation)].parse(said)
      expect([answer.status, said]).toEqual([Number(status), words])
    }
  })
})

async function passTime({ clock }: OpenApi) {
  while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
  await clock.advance(60_000)
}

/** A world in which no domain has any record, as far as one asks here. */
async function emptyDns() {
  const dns = await dnsServer({})
  onTestFinished(() => dns.close())
  return openWeb({ dnsServers: [dns.address] })
}

async function prepare(operation: Operation) {
  const api = openApi({ web: await emptyDns() })
  const { key, token } = makeApiKey(
    { name: 'tests', permission: 'full_access', project: '*', capture: false },
    api.clock.now(),
  )
  await api.postern.keys.create(key)
  return { api, call: await arrange(api, operation, token) }
}

const nobody = '00000000-0000-7000-8000-000000000000'

type Provoke = (call: Call, operation: Operation) => Pick<Call, 'path' | 'init'>

const notUtf8 = new Uint8Array([0x7b, 0xff])

function brokenFor(operation: Operation) {
  if (operation.takes === 'message/rfc822') return ''
  if (operation.takes) return notUtf8
  const isAllOptional = operation.path.startsWith('/v3/templates/{')
  return surfaceOf(operation) === 'SendGrid' && !isAllOptional ? '{}' : '{'
}

/** How to come by each refusal that routes share. */
const provocations: Readonly<Record<number, Provoke>> = {
  400: (call, operation) => withBody(call, brokenFor(operation)),
  401: (call, { path }) =>
    path === '/v1/session' ? withBody(call, { key: call.sendingKey }) : withHeaders(call, {}),
  403: (call, operation) => {
    if (operation.path === '/v1/session') return withBody(call, { key: 're_unknown' })
    if (operation.path.startsWith('/v1/uploads/'))
      return { ...call, path: call.path.replace(/\?.*/, '') }
    const key = surfaceOf(operation) === 'SendGrid' ? call.sendingKey : 're_unknown'
    return withHeaders(call, { authorization: `Bearer ${key}` })
  },
  404: (call, { path, takes }) =>
    takes
      ? withBody(call, 'of another size')
      : path.includes('{')
        ? { ...call, path: path.replace('{n}', '99').replace(/\{\w+\}/g, nobody) }
        : withBody(call, { batch_id: nobody, status: 'pause' }),
  413: (call) => withHeaders(call, { ...call.init.headers, 'content-length': '999999999' }),
  415: (call) => withBody(call, notUtf8),
  422: (call, { body, query, example, takes }) => {
    if (takes === 'message/rfc822') return withBody(call, 'an email to no one')
    if (body)
      return withBody(
        call,
        Array.isArray(example)
          ? [{}]
          : { to: 7, key: 7, name: 7, settings: 7, ids: 7, endpoint: 7, locale: 7 },
      )
    const path = query
      ? `${call.path}?limit=0&images=x&hours=x&counts=x&reason=x&links=x&to=%40&version=`
      : call.path.replace(/[0-9a-f-]{36}/, 'x')
    return { ...call, path }
  },
}

function withBody({ path, init }: Call, body: Uint8Array<ArrayBuffer> | object | string) {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  return { path, init: { ...init, body: isRaw ? body : JSON.stringify(body) } }
}

function withHeaders({ path, init }: Call, headers: Call['init']['headers']) {
  return { path, init: { ...init, headers } }
}
