import { describe, expect, it } from 'vitest'
import { openApi, type OpenApi } from '../open-api.ts'
import { put } from './inbox.ts'

const ask = async (api: OpenApi, path: string, body?: object, method = 'PUT') => {
  const init = body && { method, body: JSON.stringify(body) }
  const answer = await api.fetch(path, init)
  const text = await answer.text()
  return [answer.status, answer.ok ? (JSON.parse(text) as unknown) : text] as const
}

describe("Mailpit's checks", () => {
  it('say in its shape what mail clients do not support', async () => {
    const api = openApi()
    const eml = 'Content-Type: text/html\r\n\r\n<p style="gap:1px">a</p><b>b</b>'
    const id = await put(api, { eml })
    const [status, answer] = await ask(api, `/api/v1/message/${id}/html-check`)
    expect(status).toBe(200)
    expect(answer).toMatchObject({
      // Gap, the unit px and <p>; nothing was tested of <b>.
      Total: { Nodes: 2, Tests: 3 },
      Platforms: { ios: expect.arrayContaining(['gmail']) as unknown },
      Warnings: [
        {
          Slug: 'css-gap',
          Category: 'css',
          URL: 'https://www.caniemail.com/features/css-gap/',
          Score: { Found: 1 },
        },
      ],
    })
    const { Warnings, Total } = answer as {
      Warnings: { Results: object[]; Score: Record<string, number> }[]
      Total: Record<string, number>
    }
    expect(Warnings[0]!.Results).toContainEqual({
      ...{ Name: 'Outlook Windows', Platform: 'windows', Family: 'outlook', Version: '' },
      ...{ Support: 'no', NoteNumber: '' },
    })
    const { Supported = 0, Partial = 0, Unsupported = 0 } = Total
    expect(Supported + Partial + Unsupported).toBeCloseTo(100)
    // One of two elements uses it.
    expect(Unsupported).toBeCloseTo(Warnings[0]!.Score['Unsupported']! / 2)
  })

  it('are a 400 where there is nothing to check with', async () => {
    const api = openApi()
    const id = await put(api, { eml: 'Subject: a\r\n\r\nHello' })
    expect((await ask(api, `/api/v1/message/${id}/html-check`))[0]).toBe(400)
    expect((await ask(api, `/api/v1/message/${id}/sa-check`))[0]).toBe(400)
    expect(await ask(api, `/api/v1/message/${id}/link-check`)).toEqual([
      200,
      { Errors: 0, Links: [] },
    ])
  })
})

describe("Mailpit's chaos", () => {
  const off = { ErrorCode: 451, Probability: 0 }

  it('is off until it is set, and becomes rules of the failure practice', async () => {
    const api = openApi()
    const all = { Sender: off, Recipient: off, Authentication: off }
    expect(await ask(api, '/api/v1/chaos')).toEqual([200, all])
    const Recipient = { ErrorCode: 550, Probability: 25 }
    const Authentication = { ErrorCode: 535, Probability: 100 }
    expect(await ask(api, '/api/v1/chaos', { Recipient, authentication: Authentication })).toEqual([
      200,
      { ...all, Recipient, Authentication },
    ])
    const { practice } = (await api.postern.inForce.refresh()).settings
    expect(practice.rules).toMatchObject([
      { then: 'reject', chance: 0.25, reply: '550 Chaos recipient error', project: 'default' },
      { then: 'block', chance: 1, reply: '535 Chaos authentication error' },
    ])
    expect(await ask(api, '/api/v1/chaos', {})).toEqual([200, all])
    expect((await api.postern.inForce.refresh()).settings.practice.rules).toEqual([])
  })

  it('leaves the rules of others as they are', async () => {
    const api = openApi()
    const rules = [{ then: 'hold', to: 'a@b.test' }]
    const { version } = await api.postern.inForce.refresh()
    await api.postern.settings.write({ practice: { rules } }, {}, version)
    await ask(api, '/api/v1/chaos', { Sender: { Probability: 1 } })
    await ask(api, '/api/v1/chaos', {})
    expect((await api.postern.inForce.refresh()).saved).toMatchObject({ practice: { rules } })
  })

  it('is not there where an engine sends', async () => {
    const api = openApi({ defaults: { engine: 'sendmail' } })
    for (const body of [undefined, { Sender: { Probability: 1 } }])
      expect(await ask(api, '/api/v1/chaos', body)).toEqual([
        400,
        expect.stringMatching(/^Chaos is not enabled/),
      ])
  })

  it.each([
    { Sender: { ErrorCode: 200 } },
    { Recipient: { Probability: 101 } },
    { Sender: 'often' },
    { Unknown: {} },
  ])('refuses %o with a line of text', async (body) => {
    const [status, text] = await ask(openApi(), '/api/v1/chaos', body)
    expect([status, typeof text]).toEqual([400, 'string'])
  })
})
