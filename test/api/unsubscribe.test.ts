import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { linkToken, readLinkToken, type LinkSubject } from '../../mail/suppress/link.ts'
import { languageFor, words, type Language } from '../../api/unsubscribe/words.ts'
import { openApi, type OpenApi } from './open-api.ts'

const subject: LinkSubject = {
  project: 'default',
  address: 'ann+<b>@there.test',
  list: 'news',
  domain: 'acme.test',
  emailId: 'e1',
}

describe('a link to unsubscribe', () => {
  let api: OpenApi
  let path: string
  beforeEach(async () => {
    api = openApi()
    path = `/u/${linkToken(subject, (await api.postern.linkKeys.all())[0]!)}`
  })

  const suppressed = async (list = 'news') =>
    api.postern.suppressions.find({ project: 'default', addresses: [subject.address], list })

  const post = (init: RequestInit = {}, to = path) => api.fetch(to, { method: 'POST', ...init })

  it('changes nothing when it is looked at, by a person or a scanner', async () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
      const answer = await api.fetch(path, { method })
      expect(answer.status).toBe(method === 'GET' || method === 'HEAD' ? 200 : 405)
    }
    expect(await suppressed()).toEqual([])
  })

  it('shows a page that can only send its form back, and quotes what it names', async () => {
    const answer = await api.fetch(path)
    const page = await answer.text()
    expect(page).toContain('<form method="post">')
    expect(page).toContain('ann+&lt;b&gt;@there.test')
    expect(page).not.toMatch(/<script|<b>|https?:/)
    const style = /<style>([^]*)<\/style>/.exec(page)![1]!
    const hash = createHash('sha256').update(style).digest('base64')
    const policy = answer.headers.get('content-security-policy')
    expect(policy).toContain(`default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'`)
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  it.each([
    ['urlencoded', new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })],
    ['multipart', formOf({ 'List-Unsubscribe': 'One-Click' })],
    ['without a body', null],
  ])('obeys a POST that is %s, without cookie and Origin, twice', async (_, body) => {
    for (let n = 0; n < 2; n++) {
      const answer = await post({ body })
      expect([answer.status, answer.redirected]).toEqual([200, false])
    }
    expect(await suppressed()).toMatchObject([
      { list: 'news', causes: [{ reason: 'unsubscribe', by: 'recipient', emailId: 'e1' }] },
    ])
    expect(await suppressed('offers')).toEqual([])
    const place = { project: 'default', address: subject.address, list: 'news' }
    expect(await api.postern.suppressions.history(place)).toHaveLength(1)
  })

  it('obeys where a key is required, from any page, under any host name', async () => {
    const { app } = api
    await api.post('/api-keys', { name: 'first' })
    const headers = { origin: 'https://mail.example', 'sec-fetch-site': 'cross-site' }
    const answer = await app.request(`http://other.example${path}`, { method: 'POST', headers })
    expect(answer.status).toBe(200)
    expect(await suppressed()).toHaveLength(1)
  })

  it('still works when it was signed with an old secret', async () => {
    await api.postern.linkKeys.rotate()
    expect((await post()).status).toBe(200)
    expect(await suppressed()).toHaveLength(1)
  })

  it('does nothing when it is forged, cut off or of another deployment', async () => {
    const forged = `/u/${linkToken({ ...subject, list: 'offers' }, 'another key')}`
    for (const to of [forged, path.slice(0, -1), `${path}x`, '/u/x', `/u/${'a'.repeat(5_000)}.b`]) {
      const answer = await post({}, to)
      expect([answer.status, answer.headers.get('content-type')]).toMatchObject([
        404,
        expect.stringContaining('text/html'),
      ])
    }
    expect(await suppressed()).toEqual([])
    expect(await suppressed('offers')).toEqual([])
  })

  it.each(Object.keys(words) as Language[])('speaks %s', async (language) => {
    for (const method of ['GET', 'POST']) {
      const answer = await api.fetch(path, { method, headers: { 'accept-language': language } })
      const page = await answer.text()
      expect(page).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`)
      expect(page).toContain(method === 'GET' ? words[language].button : words[language].done)
      expect(page).not.toMatch(/[{}]address|undefined|\[object/)
    }
  })

  it.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['pt', 'pt-BR'],
    ['zh-CN', 'zh-Hans'],
    ['sv, fr;q=0.1', 'fr'],
    ['en;q=0, nl', 'nl'],
    ['sv', 'en'],
    ['', 'en'],
    [';;,=,q', 'en'],
  ])('is answered in a language of %s', (accepted, language) => {
    expect(languageFor(accepted)).toBe(language)
  })

  it('reads back what it says, and nothing that no key signed', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 })
    const any = fc.record({ project: text, address: text, list: text, domain: text, emailId: text })
    fc.assert(
      fc.property(any, fc.string(), fc.nat(400), (one, key, at) => {
        const token = linkToken(one, key)
        expect(readLinkToken(token, ['other', key])).toEqual(one)
        expect(readLinkToken(token, ['other'])).toBeUndefined()
        const place = at % token.length
        const other = token[place] === 'A' ? 'B' : 'A'
        const changed = token.slice(0, place) + other + token.slice(place + 1)
        // The last character of a seal has bits to spare.
        if (place < token.length - 1) expect(readLinkToken(changed, [key])).toBeUndefined()
      }),
    )
  })
})

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}
