import { describe, expect, it } from 'vitest'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { openApi, said, type OpenApi } from '../open-api.ts'
import { mail } from './a-mail.ts'

async function batch(api: OpenApi): Promise<string> {
  const [status, body] = await said(api.post('/v3/mail/batch'))
  expect(status).toBe(201)
  return body['batch_id'] as string
}

const sends = '/v3/user/scheduled_sends'
const stop = (api: OpenApi, batch_id: string, status: string) =>
  said(api.post(sends, { batch_id, status }))

describe('/v3/mail/batch', () => {
  it('makes an id, which can be asked for until nothing may join any more', async () => {
    const api = openApi()
    const batch_id = await batch(api)
    expect(await said(api.fetch(`/v3/mail/batch/${batch_id}`))).toEqual([200, { batch_id }])
    await api.clock.advance(30 * 86_400_000)
    expect((await api.fetch(`/v3/mail/batch/${batch_id}`)).status).toBe(404)
  })

  it('is where the batch of an email has to come from', async () => {
    const api = openApi()
    const [status, body] = await said(api.post('/v3/mail/send', { ...mail, batch_id: 'x' }))
    expect([status, body]).toMatchObject([400, { errors: [{ field: 'batch_id' }] }])
    expect((await api.postern.emails.list({ scope: '*', limit: 1 })).data).toEqual([])
    const batch_id = await batch(api)
    expect((await api.post('/v3/mail/send', { ...mail, batch_id })).status).toBe(202)
  })
})

describe('/v3/user/scheduled_sends', () => {
  it('cancels what waits under a batch', async () => {
    const api = openApi()
    const batch_id = await batch(api)
    const send_at = api.clock.now() / 1_000 + 3_600
    const answer = await api.post('/v3/mail/send', { ...mail, batch_id, send_at })
    const id = answer.headers.get('x-message-id')!
    expect(await stop(api, batch_id, 'cancel')).toEqual([201, { batch_id, status: 'cancel' }])
    await api.clock.advance(3_600_000)
    const [job] = api.postern.queue.take(1, 1)
    expect(await deliver(api.postern, job!)).toEqual({ kind: 'acknowledge' })
    expect(await api.postern.emails.get(id, '*')).toMatchObject({ state: 'canceled' })
  })

  it('lists, shows, changes and deletes a stop', async () => {
    const api = openApi()
    const batch_id = await batch(api)
    await stop(api, batch_id, 'pause')
    const paused = [{ batch_id, status: 'pause' }]
    expect(await said(api.fetch(sends))).toEqual([200, paused])
    expect(await said(api.fetch(`${sends}/${batch_id}`))).toEqual([200, paused])
    const patch = { method: 'PATCH', body: '{"status":"cancel"}' }
    const changed = await api.fetch(`${sends}/${batch_id}`, patch)
    expect([changed.status, await changed.text()]).toEqual([204, ''])
    expect((await said(api.fetch(sends)))[1]).toEqual([{ batch_id, status: 'cancel' }])
    expect((await api.fetch(`${sends}/${batch_id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await said(api.fetch(sends))).toEqual([200, []])
    for (const init of [{}, patch, { method: 'DELETE' }])
      expect((await said(api.fetch(`${sends}/${batch_id}`, init)))[0]).toBe(404)
  })

  it('refuses an unknown batch, another status, and an eleventh', async () => {
    const api = openApi()
    expect((await stop(api, 'unknown', 'pause'))[0]).toBe(404)
    const ids = await Promise.all(Array.from({ length: 11 }, () => batch(api)))
    expect(await stop(api, ids[0]!, 'stop')).toMatchObject([400, { errors: [{ field: 'status' }] }])
    for (const id of ids.slice(0, 10)) expect((await stop(api, id, 'pause'))[0]).toBe(201)
    expect(await stop(api, ids[10]!, 'pause')).toMatchObject([
      400,
      { errors: [{ field: 'batch_id' }] },
    ])
    expect((await stop(api, ids[0]!, 'cancel'))[0]).toBe(201)
  })

  it('is not for a key that may only send', async () => {
    const api = openApi()
    const [, { token: full }] = (await said(api.post('/api-keys', { name: 'a' }))) as never as [
      number,
      { token: string },
    ]
    const as = (token: string) => ({ authorization: `Bearer ${token}` })
    const wish = { name: 'b', permission: 'sending_access' }
    const [, made] = await said(api.post('/api-keys', wish, as(full)))
    const sending = as(made['token'] as string)
    expect((await said(api.post('/v3/mail/batch', undefined, sending)))[0]).toBe(201)
    const [status, body] = await said(api.fetch(sends, { headers: sending }))
    expect([status, Object.keys(body)]).toEqual([403, ['errors']])
  })
})
