import type { Operation } from '../../../api/openapi/operation.ts'
import { makeApiKey } from '../../../mail/keys/api-keys.ts'
import { aStray } from '../../conformance/strays.ts'
import { anEmail, capture, said, type OpenApi } from '../open-api.ts'

/** A request that an operation answers, on a Postern where what it asks for is there. */
export interface Call {
  readonly path: string
  readonly init: {
    readonly method: string
    readonly headers: Headers
    readonly body?: string | Uint8Array<ArrayBuffer>
  }
  /** May only send, and only from a domain that no example names. */
  readonly sendingKey: string
}

/** Makes what the path and body of an operation name, and the request with its example. */
export async function arrange(
  api: OpenApi,
  operation: Operation,
  token: string,
  project = 'default',
): Promise<Call> {
  const headers = { authorization: `Bearer ${token}`, 'x-postern-project': project }
  const { path, body } = await find(api, operation, { headers, project })
  const { key, token: sendingKey } = makeApiKey(
    {
      name: 'sends',
      permission: 'sending_access',
      project: 'default',
      domain: 'other.test',
      capture: false,
    },
    api.clock.now(),
  )
  await api.postern.keys.create(key)
  return {
    path,
    sendingKey,
    init: {
      method: operation.method.toUpperCase(),
      headers,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    },
  }
}

type Headers = Readonly<Record<string, string>>

async function find(
  api: OpenApi,
  operation: Operation,
  { headers, project }: { readonly headers: Headers; readonly project: string },
) {
  const { path, example: body } = operation
  const parts: Record<string, string> = { n: '0', path: '1', aid: '{aid}' }
  const at = (id: string) => {
    return { path: path.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? id), body }
  }
  if (/^\/v3\/(suppression|asm)\//.test(path)) return ofSendGrid(api, path, body, headers)
  if (/^(\/v1|\/v3)?\/templates\/\{/.test(path)) return ofTemplate(api, operation, headers)
  if (path.startsWith('/v3/')) return findBatch(api, operation, headers, at)
  if (path.startsWith('/v1/captures/') || path.endsWith('/release'))
    return at(await captured(api, project))
  if (path.startsWith('/v1/dead-letters/{')) return at(await givenUp(api, headers))
  if (path.startsWith('/v1/feedback/mail/{')) return at(await stray(api))
  if (path.endsWith('/retry')) return at(await failed(api, headers))
  if (path === '/v1/emails/{id}/cancel') return at(await api.send(anEmail, headers))
  if (/^(\/v1)?\/suppressions\/\{/.test(path)) return at(await suppressed(api, headers))
  if (path === '/v1/suppressions/import') return { path, body: 'address\r\ngone@example.com\r\n' }
  if (path.startsWith('/domains/')) return at(await aDomain(api, headers))
  if (path.startsWith('/api-keys/')) return at(await aKey(api, headers))
  if (path.startsWith('/v1/uploads/')) return upload(api, headers)
  if (/^(\/v1)?\/webhooks\/\{/.test(path)) return ofWebhook(api, operation, headers)
  if (path === '/v1/session') return { path, body: body ?? signIn(operation, headers) }
  if (path === '/v1/queue/resume') await api.post('/v1/queue/pause', body, headers)
  if (path === '/v1/senders/resume') await holdBack(api, project)
  if (path === '/v1/settings') return { path, body: await change(api, operation) }
  if (!path.includes('{')) return { path, body }
  const id = await scheduled(api, headers)
  const { path: found } = at(id)
  if (!found.includes('{aid}')) return { path: found, body }
  const [, { data }] = await said(api.fetch(`/emails/${id}/attachments`, { headers }))
  return { path: found.replace('{aid}', data[0]!.id), body }
}

async function findBatch(
  api: OpenApi,
  { path, method, example }: Operation,
  headers: Headers,
  at: (id: string) => { path: string; body: unknown },
) {
  const [, made] = await said(api.post('/v3/mail/batch', undefined, headers))
  const wish = { batch_id: made['batch_id'] as string, status: 'pause' }
  if (path === '/v3/user/scheduled_sends' && method === 'post') return { path, body: wish }
  if (path.startsWith('/v3/user/')) await api.post('/v3/user/scheduled_sends', wish, headers)
  return path.includes('{') ? at(wish.batch_id) : { path, body: example }
}

/** One who bounced, complained and unsubscribed, from everything and from a group. */
async function ofSendGrid(api: OpenApi, path: string, body: unknown, headers: Headers) {
  const { scope } = { scope: headers['x-postern-project'] ?? 'default' }
  const place = { project: scope, address: 'gone@example.com' }
  const [, group] = await said(api.post('/v3/asm/groups', { name: 'News' }, headers))
  const id = String(group.id ?? 1_001)
  for (const reason of ['bounce', 'complaint', 'unsubscribe'] as const)
    await api.postern.suppressions.add(place, { reason, at: 0, by: 'tests' })
  const unsubscribe = { reason: 'unsubscribe', at: 0, by: 'tests' } as const
  await api.postern.suppressions.add({ ...place, list: id }, unsubscribe)
  return { path: path.replace('{group}', id).replace('{email}', place.address), body }
}

async function suppressed(api: OpenApi, headers: Headers): Promise<string> {
  const [, { id }] = await said(api.post('/suppressions', { email: 'gone@example.com' }, headers))
  return id
}

/** One that is published. */
async function ofTemplate(api: OpenApi, { path, example: body }: Operation, headers: Headers) {
  const locales = { en: { subject: 'Hi', html: 'Hi' } }
  const [, { id }] = await said(api.post('/v1/templates', { name: 'A', locales }, headers))
  await api.post(`/v1/templates/${id}/publish`, undefined, headers)
  const revision =
    path.startsWith('/v1') && (body as { revision?: number })?.revision ? 2 : undefined
  const [, { data }] = await said(api.fetch(`/v1/templates/${id}/versions`, { headers }))
  const found = path.replace('{id}', id).replace('{version}', data[0]!.id)
  return { path: found, body: body && { ...body, ...(revision && { revision }) } }
}

/** One that was told something. */
async function ofWebhook(api: OpenApi, { path, example: body }: Operation, headers: Headers) {
  const wish = { endpoint: 'https://93.184.215.14/', events: ['email.sent'] }
  const [, { id }] = await said(api.post('/webhooks', wish, headers))
  const [, { id: event }] = await said(api.post(`/v1/webhooks/${id}/test`, undefined, headers))
  return { path: path.replace('{id}', id).replace('{event}', event), body }
}

async function captured(api: OpenApi, project: string): Promise<string> {
  const id = '01900000-0000-7000-8000-000000000001'
  const head =
    'From: a@acme.test\r\nSubject: Hi\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n'
  const parts = [
    'Content-Type: text/html\r\n\r\n<p>Hello</p>',
    'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a\r\n\r\nx',
  ]
  const file = 'Content-Type: message/rfc822\r\n\r\n'
  const inner = head.replace('=b', '=c') + together('c', parts)
  await capture(api, head + together('b', [...parts, file + inner]), { id, project })
  return id
}

function together(boundary: string, parts: readonly string[]): string {
  return `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`
}

/** Refused for good by the settings of this Postern, or out of time. */
async function failed({ postern, clock, send }: OpenApi, headers: Headers): Promise<string> {
  const id = await send(anEmail, headers)
  const claim = await postern.emails.claim(id, clock.now(), 75)
  if (claim.kind !== 'claimed') throw new Error(claim.kind)
  await postern.emails.settle(id, claim.claim, {
    state: 'failed',
    recipients: [{ address: 'b@example.com', state: 'failed', reason: '550' }],
    settledAt: clock.now(),
  })
  return id
}

async function givenUp(api: OpenApi, headers: Headers): Promise<string> {
  const id = await failed(api, headers)
  const { postern } = api
  const job = { id, capture: false, since: 0, recipients: 1, lane: 'example.com' }
  await postern.queue.bury(job, 'out of time')
  return (await postern.deadLetters.list({ scope: '*', limit: 1 })).data[0]!.id
}

async function holdBack({ postern }: OpenApi, project: string) {
  const held = { project, domain: 'example.com', level: 'held', since: 1, reason: '' } as const
  await postern.reputation.watch(held, undefined)
}

async function stray({ postern }: OpenApi): Promise<string> {
  const found = aStray(postern.clock.now())
  await postern.strays.keep(found, Buffer.from('Subject: Hi\r\n\r\nHi\r\n'))
  return found.id
}

async function upload(api: OpenApi, headers: Headers) {
  const wish = { size: 1, content_type: 'text/plain' }
  const [, { url }] = await said(api.post('/v1/uploads', wish, headers))
  const { pathname, search } = new URL(url as string)
  return { path: `${pathname}${search}`, body: 'x' }
}

async function aDomain(api: OpenApi, headers: Headers): Promise<string> {
  return (await said(api.post('/domains', { name: 'example.com' }, headers)))[1].id
}

async function aKey(api: OpenApi, headers: Headers): Promise<string> {
  return (await said(api.post('/api-keys', { name: 'other' }, headers)))[1].id
}

function signIn({ method }: Operation, { authorization }: Headers) {
  return method === 'post' ? { key: authorization!.slice('Bearer '.length) } : undefined
}

async function change({ postern }: OpenApi, { method }: Operation) {
  const { version } = await postern.settings.read()
  return method === 'put' ? { settings: {}, version } : undefined
}

async function scheduled(api: OpenApi, headers: Headers): Promise<string> {
  const attachments = [{ filename: 'a.txt', content: 'YQ==' }]
  const later = new Date(api.clock.now() + 3_600_000).toISOString()
  return api.send({ ...anEmail, attachments, scheduled_at: later }, headers)
}
