import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine } from '../../engines/index.ts'
import type { Outcome } from '../../mail/email/outcome.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import { readRawRequest } from '../../mail/request/raw-request.ts'
import { parcelOf, requestOf } from '../mail/compose/composing.ts'
import type { FakeProvider } from '../remote/fake-provider.ts'
import { fakePostmark } from '../remote/fake-postmark.ts'
import { fakeResend } from '../remote/fake-resend.ts'
import { fakeSendGrid } from '../remote/fake-sendgrid.ts'
import { engineContext } from './engine-context.ts'
import { wholeEmail } from './mime-trees.ts'
import { readEmail } from './read-email.ts'

const patient = new AbortController().signal

/** Engines that build an email from its parts, each with a provider that builds as the real one. */
const engines = {
  sendgrid: { fake: fakeSendGrid, secret: 'sendgrid.apiKey' },
  resend: { fake: fakeResend, secret: 'resend.apiKey' },
  postmark: { fake: fakePostmark, secret: 'postmark.serverToken' },
} as const

type Name = keyof typeof engines

describe.each(Object.keys(engines) as Name[])('what %s reports sent', (name) => {
  let remote: FakeProvider<unknown>
  let engine: Engine

  beforeAll(async () => {
    remote = await engines[name].fake()
    const secrets = { [engines[name].secret]: 'key' }
    const deployed = { apiUrls: { [name]: remote.server.url } }
    engine = await openEngine(name, engineContext({ secrets, deployed }))
  })
  afterAll(async () => {
    await engine.close()
    await remote.server.close()
  })

  /** Hands it over; where it was taken, what leaves must be what the parcel says. */
  async function send(parcel: Parcel): Promise<Outcome> {
    const before = remote.mails.length
    const outcome = await engine.send({ ...parcel, id: `${parcel.id}-${before}` }, patient)
    const left = await remote.leaving(before)
    if (outcome.kind !== 'sent') {
      expect(left).toEqual([])
      expect(outcome).toMatchObject({ kind: 'rejected' })
      return outcome
    }
    expect(left).toHaveLength(1)
    const [wanted, got] = [await readEmail(await parcel.composed()), await readEmail(left[0]!.mime)]
    expect([...left[0]!.to].sort()).toEqual([...parcel.envelope.to].sort())
    expect(withoutId(got)).toEqual(withoutId(matched(wanted, got)))
    return outcome
  }

  it('is the email that came over SMTP, or it is refused', { timeout: 120_000 }, async () => {
    const count = { sent: 0, rejected: 0 }
    const sending = fc.asyncProperty(wholeEmail, async (mime: string) => {
      const { kind } = await send(parcelOfMime(mime))
      count[kind as 'sent'] += 1
    })
    await fc.assert(sending, { numRuns: 200 })
    // Otherwise the test would be about one of the two alone.
    expect(Math.min(count.sent, count.rejected)).toBeGreaterThan(30)
  })

  it('is the email that came over HTTP', async () => {
    const sending = fc.asyncProperty(body, async (json) => {
      expect(await send(parcelOf(requestOf(json)))).toMatchObject({ kind: 'sent' })
    })
    await fc.assert(sending, { numRuns: 100 })
  })
})

const line = fc.constantFrom('Hello', 'Grüße – 你好 👋', 'a  b', "O'Hara & <Söhne>", '%41 "x"')

const letter = fc.constantFrom('Hi\n\nyou', '.\n..two\n', 'Grüße 👋', 'x'.repeat(2_000))

/** Bodies of `POST /emails` that every provider can be told. */
const body = fc
  .record({
    from: fc.constantFrom('Ann <ann@own.test>', 'ann@own.test', 'Ann Ä. <ann@own.test>'),
    to: fc.constantFrom(
      'bob@example.test',
      '"Doe, Bob" <bob@example.test>',
      '"B \\"o\\" b" <bob@example.test>',
      'Größe <bob@example.test>',
    ),
    cc: fc.constantFrom([], ['"Cid; x" <cid@example.test>', 'dan@example.test']),
    bcc: fc.constantFrom([], ['hidden@example.test']),
    reply_to: fc.constantFrom([], ['"Desk, 1" <desk@own.test>'], ['a@own.test', 'b@own.test']),
    subject: line,
    text: fc.option(letter, { nil: undefined }),
    html: fc.option(fc.constantFrom('<p>Hi <img src="cid:logo"></p>', '<b>Grüße</b>'), {
      nil: undefined,
    }),
    headers: fc.constantFrom({}, { 'X-Where': 'Köln', 'X-Plain': 'a b' }),
    attachments: fc.constantFrom(
      [],
      [
        { filename: 'a, "b".txt', content: 'YQpiDQpj', content_type: 'text/plain' },
        { filename: 'Prüfung.pdf', content: 'AAECAw==', content_type: 'application/pdf' },
        {
          filename: 'logo.png',
          content: 'iVBORw0KGgo=',
          content_type: 'image/png',
          content_id: 'logo',
        },
      ],
    ),
  })
  .filter(({ text, html }) => text !== undefined || html !== undefined)

function parcelOfMime(mime: string): Parcel {
  const to = ['bob@example.test', 'cid@example.test', 'hidden@example.test']
  const read = readRawRequest(Buffer.from(mime, 'latin1'), { from: 'ann@own.test', to })
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return parcelOf(read.request)
}

type Read = Awaited<ReturnType<typeof readEmail>>

/** A file without a name or an id is given one. */
function matched(wanted: Read, got: Read): Read {
  const files = wanted.files.map((file, at) => ({
    ...file,
    name: file.name === 'attachment.*' ? (got.files[at]?.name ?? '') : file.name,
    id: file.id === '<any>' ? (got.files[at]?.id ?? '') : file.id,
  }))
  return { ...wanted, files }
}

/** `X-Postern-Id` is another one here each time. */
function withoutId({ headers, ...rest }: Read) {
  return { ...rest, headers: headers.filter((field) => !field.startsWith('x-postern-id')) }
}
