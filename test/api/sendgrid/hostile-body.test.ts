import { describe, expect, it } from 'vitest'
import { openApi } from '../open-api.ts'
import { contentOf, mail, personal, to, type SendGridErrors } from './a-mail.ts'

describe('a hostile body', () => {
  const names = (count: number, name: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, 1]))

  it.each<[string, object, number, string]>([
    ['10,000 recipients', personal({ to: to(10_000) }), 400, 'personalizations.0.to'],
    [
      '1 MB of commas',
      personal({ to: [{ email: ','.repeat(1_000_000) }] }),
      400,
      'personalizations.0.to.0.email',
    ],
    ['90,000 wrong headers', { ...mail, headers: names(90_000, 'a b') }, 400, 'headers'],
    ['300,000 names', { ...mail, headers: names(300_000, 'X-') }, 413, 'body'],
    [
      '300,000 empty personalizations',
      { ...mail, personalizations: Array(300_000).fill({}) },
      413,
      'body',
    ],
  ])('with %s is refused in few words', async (_what, body, status, field) => {
    const api = openApi()
    const answer = await api.post('/v3/mail/send', body)
    const text = await answer.text()
    expect(answer.status).toBe(status)
    expect(text.length).toBeLessThan(20_000)
    expect((JSON.parse(text) as SendGridErrors).errors[0]!.field).toBe(field)
  })

  it('nested deeper than a stack is, is refused', async () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const body = JSON.stringify(mail).replace('"subject":"Hi"', `"subject":${nested}`)
    const answer = await openApi().fetch('/v3/mail/send', { method: 'POST', body })
    expect([400, 413]).toContain(answer.status)
    expect(Object.keys((await answer.json()) as object)).toEqual(['errors'])
  })

  it('with names of prototypes makes nothing of them', async () => {
    const api = openApi()
    const body = JSON.stringify({
      ...personal({ substitutions: { constructor: 'x' }, headers: { hasOwnProperty: 'z' } }),
      custom_args: { toString: 'y' },
    })
    const answer = await api.fetch('/v3/mail/send', { method: 'POST', body })
    expect(answer.status).toBe(202)
    const email = (await api.postern.emails.get(answer.headers.get('x-message-id')!, '*'))!
    expect(email).toMatchObject({ subject: 'Hi', tags: [{ name: 'toString', value: 'y' }] })
    expect((await contentOf(api, email)).headers).toEqual({ hasOwnProperty: 'z' })
  })
})
