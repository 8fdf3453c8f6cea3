import { describe, expect, it } from 'vitest'
import { openApi } from '../open-api.ts'
import { put } from '../mailpit/inbox.ts'

describe("MailDev's API", () => {
  it.each(['/email', '/api/email'])(
    'lists emails at %s, oldest first, by what they hold',
    async (root) => {
      const api = openApi()
      const ids = [await put(api), await put(api, { subject: 'Other' })]
      const list = async (query = '') => {
        const answer = await api.fetch(`${root}${query}`)
        return ((await answer.json()) as { id: string }[]).map(({ id }) => id)
      }
      expect(await list()).toEqual(ids)
      expect(await list('?skip=1&limit=1')).toEqual([ids[1]])
      expect(await list('?subject=Other')).toEqual([ids[1]])
      expect(await list('?to.address=bob@example.com&headers.x-own=2')).toEqual(ids)
      expect(await list('?to.address=ann@example.com')).toEqual([])
      expect(await list('?__proto__.x=1&constructor.name=Object')).toEqual([])
    },
  )

  it('shows an email, and its parts', async () => {
    const api = openApi()
    const id = await put(api)
    const answer = await api.fetch(`/email/${id}`)
    expect(await answer.json()).toMatchObject({
      ...{ id, subject: 'Your order', text: 'Hello Bob', read: true },
      from: [{ address: 'a@acme.test', name: 'Acme' }],
      calculatedBcc: [{ address: 'hidden@example.com', name: '' }],
      headers: { 'x-own': '2', 'message-id': '<1@acme.test>' },
      attachments: [
        { fileName: 'logo.png', contentDisposition: 'inline', contentId: 'logo', length: 4 },
        { fileName: 'evil.html', contentDisposition: 'attachment' },
      ],
      envelope: { from: { address: 'a@acme.test' } },
    })
    const html = await api.fetch(`/email/${id}/html`)
    expect(html.headers.get('content-security-policy')).toMatch(/^sandbox/)
    expect(await html.text()).toContain(`/api/v1/message/${id}/part/0`)
    expect(await (await api.fetch(`/email/${id}/source`)).text()).toContain('Message-ID: <1@')
    for (const part of ['download', 'attachment/evil.html']) {
      const file = await api.fetch(`/email/${id}/${part}`)
      expect(file.headers.get('content-disposition')).toMatch(/^attachment/)
    }
    expect(await (await api.fetch('/healthz')).json()).toBe(true)
  })

  it('marks all as read, and removes one and all', async () => {
    const api = openApi()
    const id = await put(api)
    await put(api)
    const ask = async (method: string, path: string) =>
      (await (await api.fetch(path, { method })).json()) as unknown
    expect(await ask('PATCH', '/email/read-all')).toBe(2)
    expect(await ask('DELETE', `/email/${id}`)).toBe(true)
    expect(await ask('DELETE', `/email/${id}`)).toEqual({ error: 'Email not found' })
    expect(await ask('DELETE', '/email/all')).toBe(true)
    expect((await api.postern.captures.count('*')).total).toBe(0)
  })

  it.each(['/email/x', '/email/x/html', '/email/x/relay', '/api/email/x', '/email/latest'])(
    '%s is a 404 in its own shape',
    async (path) => {
      const answer = await openApi().fetch(path)
      const { error } = (await answer.json()) as { error: string }
      expect([answer.status, error]).toEqual([404, expect.stringMatching(/\w/)])
    },
  )
})
