import { describe, expect, it } from 'vitest'
import { newId } from '../../../mail/email/id.ts'
import { capture, holding, openApi, said, text } from '../open-api.ts'
import { unknownId } from './tried.ts'

describe('POST /v1/emails/{id}/release', () => {
  const eml = 'From: a@acme.test\r\nTo: b@example.com\r\nSubject: Hi\r\n\r\nHello\r\n'

  it('makes a new email to the one recipient who was chosen', async () => {
    const api = openApi()
    const id = newId(api.clock.now())
    await capture(api, eml, { id })
    const wish = { to: 'Me <me@example.com>', engine: 'smtp' }
    const [status, released] = await said(api.post(`/v1/emails/${id}/release`, wish))
    expect(status).toBe(200)
    expect(await api.read(`/v1/emails/${released.id}`)).toMatchObject({
      state: 'queued',
      capture: false,
      engine: 'smtp',
      recipients: [{ address: 'me@example.com' }],
    })
  })

  it('is refused under a lock on noop, whatever engine is asked for', async () => {
    const api = openApi({ locks: { engine: 'noop' } })
    const id = newId(api.clock.now())
    await capture(api, eml, { id })
    const wish = { to: 'me@example.com', engine: 'smtp' }
    const [status, { error }] = await said(api.post(`/v1/emails/${id}/release`, wish))
    expect([status, error]).toEqual([409, { code: 'conflict', message: holding('locked') }])
  })

  it.each([
    [{}, 422, 'to'],
    [{ to: 'nobody' }, 422, 'to'],
    [{ to: 'a@b.cc, d@e.ff', engine: 'smtp' }, 422, 'to'],
    [{ to: 'me@example.com', engine: 'pigeon' }, 422, 'engine'],
    [{ to: 'me@example.com', engine: 'smtp' }, 404, undefined],
    [{ to: 'me@example.com' }, 409, undefined],
  ])('answers %j with %i', async (wish, expected, path) => {
    const [status, { error }] = await said(openApi().post(`/v1/emails/${unknownId}/release`, wish))
    expect(status).toBe(expected)
    expect(error.errors).toEqual(path && [{ path, rule: text }])
  })
})
