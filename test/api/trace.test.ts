import { describe, expect, it } from 'vitest'
import { anEmail, openApi } from './open-api.ts'
import { mail } from './sendgrid/a-mail.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('the trace of a request', () => {
  it.each([
    ['/emails', anEmail],
    ['/emails/batch', [anEmail, anEmail]],
    ['/v3/mail/send', mail],
  ])('is kept with each email that %s takes', async (path, body) => {
    const api = openApi()
    expect((await api.post(path, body, { traceparent })).status).toBeLessThan(300)
    const { data } = await api.postern.emails.list({ scope: '*', limit: 9 })
    expect(data.length).toBeGreaterThan(0)
    for (const { id, ...email } of data) {
      expect(email.traceparent).toBe(traceparent)
      expect(await api.read(`/v1/emails/${id}`)).toMatchObject({ traceparent })
    }
  })

  it('is none where the header is malformed, and the email is taken', async () => {
    const api = openApi()
    const id = await api.send(anEmail, { traceparent: `${traceparent}-00` })
    const email = (await api.postern.emails.get(id, '*'))!
    expect(email.traceparent).toBeUndefined()
    expect(JSON.stringify(email)).not.toContain('traceparent')
  })
})
