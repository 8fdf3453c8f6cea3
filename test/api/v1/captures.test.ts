import { describe, expect, it } from 'vitest'
import { newId } from '../../../mail/email/id.ts'
import { accept } from '../../../mail/accept/accept.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import { readRawRequest } from '../../../mail/request/raw-request.ts'
import { anEmail, capture, openApi, said, text } from '../open-api.ts'
import { captured, composed, now } from './captured.ts'

describe('GET /v1/captures', () => {
  it('lists captures newest first, with the envelope', async () => {
    const api = openApi()
    const ids = [newId(now), newId(now), newId(now)]
    for (const id of ids) await capture(api, 'Subject: Hi\r\n\r\nHello', { id })
    const { data, has_more } = await api.read('/v1/captures?limit=2')
    expect(has_more).toBe(true)
    expect(data[0]).toEqual({
      id: ids[2],
      email_id: ids[2],
      project: 'default',
      created_at: '2026-01-01T00:00:00.000Z',
      from: 'a@acme.test',
      to: ['b@example.com'],
      subject: 'Hi',
      size: 20,
      seen: false,
      tags: [],
    })
    const rest = await api.read(`/v1/captures?after=${ids[1]}`)
    expect(rest.data.map(({ id }) => id)).toEqual([ids[0]])
  })

  it('finds them by recipient, in whatever spelling, and by part of the subject', async () => {
    const api = openApi()
    const mine = { id: newId(now), to: ['bob@xn--bcher-kva.example'], subject: 'Your receipt' }
    await capture(api, 'Subject: x\r\n\r\n', mine)
    await capture(api, 'Subject: x\r\n\r\n', { id: newId(now), subject: 'Your receipt' })
    for (const to of ['bob@BÜCHER.example', ' bob@bücher.example ', 'Bob@xn--bcher-kva.example']) {
      const query = new URLSearchParams({ to, subject: 'RECEIPT' })
      const { data } = await api.read(`/v1/captures?${query.toString()}`)
      expect(data.map(({ id }) => id)).toEqual([mine.id])
    }
    expect((await api.read('/v1/captures?to=nobody@example.com')).data).toEqual([])
  })

  it('finds them by an address with a plus, encoded or as it is typed', async () => {
    const api = openApi()
    const [mine, quoted] = [newId(now), newId(now)]
    await capture(api, 'Subject: x\r\n\r\n', { id: mine, to: ['you+tag@example.com'] })
    await capture(api, 'Subject: x\r\n\r\n', { id: newId(now), to: ['you@example.com'] })
    await capture(api, 'Subject: x\r\n\r\n', { id: quoted, to: ['"a+b.."@example.com'] })
    const found = async (to: string) => {
      const { data } = await api.read(`/v1/captures?to=${to}`)
      return data.map(({ id }) => id)
    }
    for (const to of ['you+tag@example.com', 'you%2Btag@example.com', 'you%20tag@example.com'])
      expect(await found(to)).toEqual([mine])
    expect(await found('%22a%2Bb..%22@example.com')).toEqual([quoted])
  })

  it('finds them by words of the text as it was sent, also over SMTP and as html', async () => {
    const api = openApi()
    const worked = async () => {
      const [job] = api.postern.queue.take(1, 1)
      await deliver(api.postern, job!)
      await api.postern.queue.acknowledge(job!)
    }
    const plain = await api.send({ ...anEmail, text: 'Your receipt 4711' })
    await worked()
    const page = await api.send({ ...anEmail, text: undefined, html: '<p>Your <b>invoice</b>' })
    await worked()
    const mime = await composed({ html: '<p>Your <i>reminder</i></p>', text: undefined })
    const { request } = readRawRequest(mime, { from: 'a@acme.test', to: ['b@example.com'] }) as {
      request: EmailRequest
    }
    const caller = { owner: 'local', project: 'default', scope: '*', capture: false }
    const raw = await accept(api.postern, () => ({ request }), caller)
    await worked()
    const found = async (q: string) =>
      (await api.read(`/v1/captures?${new URLSearchParams({ q }).toString()}`)).data.map(
        ({ id }) => id,
      )
    expect(await found('4711 rece')).toEqual([plain])
    expect(await found('INVOICE')).toEqual([page])
    expect(await found('reminder')).toEqual(['id' in raw ? raw.id : ''])
    expect(await found('b@example.com')).toHaveLength(3)
    expect(await found('  ')).toHaveLength(3)
    expect(await found('<i>')).toEqual([])
  })

  it('counts none unless it is asked to', async () => {
    const api = openApi()
    await captured(api, { text: 'x' })
    Object.assign(api.postern.captures, { count: () => Promise.reject(new Error('counted')) })
    expect(await api.read('/v1/captures')).toMatchObject({ data: [{}], total: null, unread: null })
    expect((await api.fetch('/v1/captures?count=1')).status).toBe(500)
  })

  it('says how many there are and how many are unread, whatever it shows', async () => {
    const api = openApi()
    const id = await captured(api, { text: 'x' })
    await captured(api, { text: 'x' })
    const seen = (value: unknown, path = id) => said(api.post(`/v1/captures/${path}/seen`, value))
    expect(await seen({ seen: true })).toEqual([200, { id, seen: true }])
    expect(await api.read('/v1/captures?q=nothing&count=1')).toEqual({
      data: [],
      has_more: false,
      total: 2,
      unread: 1,
    })
    expect((await api.read(`/v1/captures/${id}`))['seen']).toBe(true)
    expect(await seen({ seen: false })).toEqual([200, { id, seen: false }])
    expect((await api.read('/v1/captures?count=1'))['unread']).toBe(2)
    expect((await seen({ seen: 'yes' }))[0]).toBe(422)
    expect((await seen({}))[0]).toBe(422)
    expect((await seen({ seen: true }, newId(now)))[0]).toBe(404)
  })

  it.each(['to=nobody', 'limit=0', 'limit=101', 'wait=21', 'wait=-1', 'wait=x', 'after=x'])(
    'refuses %s and says which rule it breaks',
    async (query) => {
      const [status, { error }] = await said(openApi().fetch(`/v1/captures?${query}`))
      expect([status, error.code]).toEqual([422, 'invalid_parameter'])
      expect(error.errors).toEqual([{ path: query.split('=')[0], rule: text }])
    },
  )
})

describe('DELETE /v1/captures', () => {
  it('removes one, then all', async () => {
    const api = openApi()
    const ids = []
    for (let i = 0; i < 3; i++) ids.push(await captured(api, { text: 'x' }))
    const remove = (path: string) => said(api.fetch(path, { method: 'DELETE' }))
    expect(await remove(`/v1/captures/${ids[0]}`)).toEqual([200, { deleted: 1 }])
    expect((await remove(`/v1/captures/${ids[0]}`))[0]).toBe(404)
    expect(await remove('/v1/captures')).toEqual([200, { deleted: 2 }])
    expect((await api.read('/v1/captures')).data).toEqual([])
  })
})
