import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Email } from '../../../mail/email/email.ts'
import { makeApiKey, type KeyRequest } from '../../../mail/keys/api-keys.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { jobOf } from '../../../mail/email/job.ts'
import hostile from '../../data/hostile-addresses.json' with { type: 'json' }
import { headerAttacks } from '../../header-attack.ts'
import { holding, openApi, said, type Json, type OpenApi } from '../open-api.ts'

const lines = (...all: string[]) => all.join('\r\n')

const mime = lines(
  'From: Ann <ann@acme.test>',
  'To: Bob <bob@there.test>, "Doe, Carol" <carol@there.test>',
  'Cc: dan@there.test (Dan)',
  'Bcc: hidden@there.test, bob@there.test',
  'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
  'X-Mine: stays',
  '',
  'It works.',
)

type Headers = Readonly<Record<string, string>>

function raw(api: OpenApi, body: string | Uint8Array<ArrayBuffer> = mime, headers: Headers = {}) {
  const all = { 'content-type': 'message/rfc822', ...headers }
  return said(api.fetch('/v1/emails/raw', { method: 'POST', body, headers: all }))
}

async function taken(
  api: OpenApi,
  ...asked: [body?: string | Uint8Array<ArrayBuffer>, h?: Headers]
) {
  const [status, { id }] = await raw(api, ...asked)
  expect(status).toBe(200)
  return (await api.postern.emails.get(id, '*'))!
}

const recipients = (email: Email) => email.recipients.map(({ address }) => address)

/** The whole email as the no-op engine captured it. */
async function captured(api: OpenApi, email: Email): Promise<string> {
  await deliver(api.postern, jobOf(email))
  return (await api.fetch(`/v1/captures/${email.id}/raw`)).text()
}

async function keyed(api: OpenApi, change: Partial<KeyRequest>): Promise<Headers> {
  const usual = { name: 'k', permission: 'sending_access', project: 'default', capture: false }
  const { key, token } = makeApiKey({ ...usual, ...change } as KeyRequest, api.clock.now())
  await api.postern.keys.create(key)
  return { authorization: `Bearer ${token}` }
}

const refusal = (code: string, path: string, rule: string) => ({
  error: { code, errors: [{ path, rule: holding(rule) }] },
})

const sending = {
  from: { address: 'a@acme.test' },
  engine: 'smtp',
  smtp: { host: 'relay.test' },
} as const

describe('POST /v1/emails/raw', () => {
  it('sends an email to whom its To, Cc and Bcc name, each once', async () => {
    const email = await taken(openApi())
    expect(email).toMatchObject({
      from: { name: 'Ann', address: 'ann@acme.test' },
      to: [
        { name: 'Bob', address: 'bob@there.test' },
        { name: 'Doe, Carol', address: 'carol@there.test' },
      ],
      cc: [{ address: 'dan@there.test' }],
      bcc: [{ address: 'hidden@there.test' }],
      subject: 'Grüße',
      state: 'queued',
    })
    expect(recipients(email)).toEqual([
      ...['bob@there.test', 'carol@there.test', 'dan@there.test', 'hidden@there.test'],
    ])
    expect(email.envelopeFrom).toBeUndefined()
  })

  it('leaves as it came, without Bcc', async () => {
    const api = openApi()
    const left = await captured(api, await taken(api))
    expect(left).toContain(mime.replace(/Bcc: .*\r\n/, ''))
    expect(left).not.toMatch(/bcc|hidden/i)
  })

  it.each([
    ['indented', 'To: bob@there.test\r\n bcc: hidden@there.test'],
    ['folded', 'To: bob@there.test\r\nBcc:\r\n hidden@there.test'],
    ['twice', 'To: bob@there.test\r\nBcc: hidden@there.test\r\nBCC: hidden@there.test'],
    ['as a name that no one reads', 'To: bob@there.test\r\nBcc : hidden@there.test'],
  ])('never shows a Bcc that stands %s', async (_how, header) => {
    const api = openApi()
    const email = await taken(api, `From: ann@acme.test\r\n${header}\r\n\r\nHi`)
    expect(recipients(email).sort()).toEqual(['bob@there.test', 'hidden@there.test'])
    expect(await captured(api, email)).not.toMatch(/bcc|hidden/i)
  })

  it('goes to whom the request names instead, wherever the header says it goes', async () => {
    const email = await taken(openApi(), mime, {
      'X-Postern-Rcpt-To': 'Eve <eve@there.test>, carol@there.test',
      'X-Postern-Mail-From': 'bounces@acme.test',
    })
    expect(recipients(email)).toEqual(['carol@there.test', 'eve@there.test'])
    expect(email).toMatchObject({ envelopeFrom: 'bounces@acme.test', cc: [] })
  })

  it('takes addresses of the request in UTF-8, and the null sender', async () => {
    const email = await taken(openApi(), mime, {
      'X-Postern-Rcpt-To': Buffer.from('zoë@bücher.test').toString('latin1'),
      'X-Postern-Mail-From': '<>',
    })
    expect(recipients(email)).toEqual(['zoë@xn--bcher-kva.test'])
    expect(email.envelopeFrom).toBe('')
  })

  it('lets bounces go to who sends it for the author', async () => {
    const sent = mime.replace('From', 'Sender: desk@acme.test\r\nFrom')
    expect(await taken(openApi(), sent)).toMatchObject({ envelopeFrom: 'desk@acme.test' })
  })

  it('takes the default sender where From cannot be read', async () => {
    const email = await taken(openApi(), 'From: someone or other\r\nTo: bob@there.test\r\n\r\nHi')
    expect([email.from, email.envelopeFrom]).toEqual([{}, undefined])
    expect(email.timeline).toMatchObject([{ from: 'no-reply@acme.test' }])
  })

  it('reads over what a mail program writes when all are in Bcc', async () => {
    const email = await taken(
      openApi(),
      'From: ann@acme.test\r\nTo: undisclosed-recipients:;\r\nBcc: bob@there.test\r\n\r\nHi',
    )
    expect(recipients(email)).toEqual(['bob@there.test'])
  })

  it.each([
    ['no one', 'Subject: x', 'To', 'no one is named'],
    ['a list that is cut', 'To: bob@there.test, carol@', 'To', 'nothing after'],
    ['a Bcc behind a line that is none', 'To: a@b.test\r\nnone\r\nBcc: c@d.test', 'Bcc', 'ended'],
    ['a name that an unquoted comma divides', 'To: root, bob@there.test', 'To', 'no @'],
    ['a group', 'Cc: All: bob@there.test, carol@there.test;', 'Cc', 'two ways'],
    ['a comment in an address', 'To: bob@there.test(x)evil.test', 'To', 'two ways'],
    ['an email that was sent on', 'To: a@b.test\r\nResent-To: c@d.test', 'Resent-To', 'sent on'],
    ['the same, hidden', 'To: a@b.test\r\nResent-Bcc: c@d.test', 'Resent-To', 'sent on'],
    ['From twice', 'To: a@b.test\r\nFrom: eve@acme.test', 'From', 'more than once'],
    [
      'a stream that there is not',
      'To: a@b.test\r\nX-Postern-Stream: fast',
      'X-Postern-Stream',
      '',
    ],
  ])('refuses %s by field and rule', async (_what, header, path, rule) => {
    const api = openApi()
    const [status, answer] = await raw(api, `From: ann@acme.test\r\n${header}\r\n\r\nHi`)
    expect([status, answer]).toMatchObject([422, refusal('validation_error', path, rule)])
    expect((await api.read('/v1/emails')).data).toEqual([])
  })

  it.each([
    ['X-Postern-Rcpt-To', '', 'an address is needed'],
    ['X-Postern-Rcpt-To', 'bob@there.test, root', 'no @'],
    ['X-Postern-Rcpt-To', 'Acme, Inc. <bob@there.test>', 'two ways'],
    ['X-Postern-Mail-From', 'a@acme.test, b@acme.test', 'one address'],
    ['X-Postern-Mail-From', 'nobody', 'no @'],
  ])('refuses %s: %s', async (name, value, rule) => {
    const answer = await raw(openApi(), mime, { [name]: value })
    expect(answer).toMatchObject([422, refusal('validation_error', name, rule)])
  })

  it('takes 1,000 recipients, and not one more', async () => {
    const api = openApi()
    const to = Array.from({ length: 1_000 }, (_, i) => `r${i}@there.test`)
    const naming = (all: string[]) => `From: a@acme.test\r\nTo: ${all.join(',\r\n ')}\r\n\r\nHi`
    expect((await taken(api, naming(to))).recipients).toHaveLength(1_000)
    expect(await raw(api, naming([...to, 'one@more.test']))).toMatchObject([
      422,
      refusal('validation_error', 'To', 'at most 1000 recipients; there are 1001'),
    ])
  })

  it('refuses what is no email, and what is too large, before it is kept', async () => {
    const api = openApi()
    expect(await raw(api, '')).toMatchObject([400, { error: { code: 'validation_error' } }])
    const over = new Uint8Array(40_000_001).fill(65)
    expect(await raw(api, over)).toMatchObject([413, { error: { message: holding('40000000') } }])
    const bomb = Uint8Array.from(gzipSync(over))
    expect((await raw(api, bomb, { 'content-encoding': 'gzip' }))[0]).toBe(413)
    const header = `From: ann@acme.test\r\nTo: a@b.test\r\nX-A: ${'b'.repeat(256_001)}\r\n\r\nHi`
    expect(await raw(api, header)).toMatchObject([
      422,
      refusal('validation_error', 'content', '256000 bytes'),
    ])
  })

  it('takes 30 MB, and they leave to the byte', async () => {
    const api = openApi()
    const body = `${'A'.repeat(76)}\r\n`.repeat(384_000)
    const large = mime.replace('It works.', body)
    expect(large.length).toBeGreaterThan(29_900_000)
    const left = await captured(api, await taken(api, large))
    expect(left.endsWith(body)).toBe(true)
  })
})

describe('a hostile header of POST /v1/emails/raw', () => {
  /** What makes two lines or two entries of a field in a request is just that in an email. */
  const addresses = hostile.cases.filter(
    ({ input, required }) => required === 'reject' && !/[\r\n\0,]/.test(input),
  )

  it('never sends to another than who stands there', async () => {
    const api = openApi({ defaults: sending })
    expect(addresses.length).toBeGreaterThan(30)
    for (const { input } of addresses) {
      const bytes = Buffer.from(`From: ann@acme.test\r\nTo: ${input}\r\n\r\nHi`)
      expect([input, (await raw(api, Uint8Array.from(bytes)))[0]]).toEqual([input, 422])
    }
  })

  it('brings no field, no recipient and no second email along', async () => {
    const api = openApi()
    const attacks = headerAttacks.filter((value, i) => i % 3 === 0 && value.isWellFormed())
    expect(attacks.length).toBeGreaterThan(130)
    const headers = { 'X-Postern-Rcpt-To': 'bob@there.test' }
    for (const value of attacks) {
      const bytes = Buffer.from(
        `From: ann@acme.test\r\nTo: x@y.test\r\nSubject: ${value}\r\n\r\nHi`,
      )
      const [status, { id }] = await raw(api, Uint8Array.from(bytes), headers)
      if (status !== 200) continue
      const email = (await api.postern.emails.get(id, '*'))!
      expect(recipients(email)).toEqual(['bob@there.test'])
      const [header] = (await captured(api, email)).split('\r\n\r\n')
      const shown = header!
        .split(/\r\n|\r|\n/)
        .filter((line) => /^[ \t]*(resent-)?bcc\b/i.test(line))
      expect(shown).toEqual([])
    }
  })
})

describe('the idempotency key of POST /v1/emails/raw', () => {
  const key = { 'Idempotency-Key': 'order-1' }

  it('has the same email accepted once, though a mail library writes it again', async () => {
    const api = openApi()
    const written = (n: number) => `Message-ID: <${n}@acme.test>\r\n${mime}`
    const [first, second] = [await taken(api, written(1), key), await taken(api, written(2), key)]
    expect(second.id).toBe(first.id)
    expect((await api.read('/v1/emails')).data).toHaveLength(1)
  })

  it.each([
    ['another text', mime.replace('works', 'fails'), {}],
    ['other recipients', mime, { 'X-Postern-Rcpt-To': 'eve@there.test' }],
  ])('is refused with %s', async (_what, body, headers) => {
    const api = openApi()
    await taken(api, mime, key)
    expect(await raw(api, body, { ...key, ...headers })).toMatchObject([
      409,
      { error: { code: 'invalid_idempotent_request' } },
    ])
  })

  it('may stand in the email, as over SMTP', async () => {
    const api = openApi()
    const own = `Resend-Idempotency-Key: order-2\r\n${mime}`
    expect((await taken(api, own)).id).toBe((await taken(api, own)).id)
    expect(await raw(api, mime, { 'Idempotency-Key': 'x'.repeat(257) })).toMatchObject([
      400,
      { error: { code: 'invalid_idempotency_key' } },
    ])
  })
})

describe('who may POST /v1/emails/raw', () => {
  it('is a key that may send, in its own project and stream', async () => {
    const api = openApi({ defaults: { projects: { shop: {} }, from: { address: 'a@acme.test' } } })
    expect((await raw(api))[0]).toBe(200)
    const sender = await keyed(api, { project: 'shop', stream: 'bulk' })
    expect((await raw(api))[0]).toBe(401)
    expect(await taken(api, mime, sender)).toMatchObject({ project: 'shop', stream: 'bulk' })
    const other = { ...sender, 'x-postern-project': 'default' }
    expect((await raw(api, mime, other))[0]).toBe(403)
    expect((await raw(api, mime, { authorization: 'Bearer re_wrong' }))[0]).toBe(403)
  })

  it.each([
    ['From', mime],
    ['Sender', mime.replace('From', 'Sender: eve@evil.test\r\nFrom: ann@own.test\r\nX-Was')],
    ['a second author', mime.replace('From: ', 'From: eve@own.test, ')],
  ])('sends from no domain but that of its key: %s', async (_who, body) => {
    const api = openApi()
    const limited = await keyed(api, { domain: 'own.test' })
    const forbidden = [403, { error: { message: holding('only send from own.test') } }]
    expect(await raw(api, body, limited)).toMatchObject(forbidden)
    expect((await raw(api, mime.replace('ann@acme', 'ann@own'), limited))[0]).toBe(200)
  })

  it('sends from no domain but the verified ones, and bounces go to no other', async () => {
    const api = openApi({ defaults: { ...sending, senderDomains: ['acme.test'] } })
    const [status, { error }] = await raw(api, mime.replace('ann@acme', 'ann@evil'))
    expect([status, error.message]).toEqual([403, holding('evil.test domain is not verified')])
    const elsewhere = { 'X-Postern-Mail-From': 'bounces@evil.test' }
    expect((await taken(api, mime, elsewhere)).envelopeFrom).toBeUndefined()
  })

  it('is told when mail is off', async () => {
    const answer: [number, Json] = await raw(openApi({ defaults: { engine: 'disabled' } }))
    expect(answer).toMatchObject([503, { error: { message: holding('mail is off') } }])
  })
})
