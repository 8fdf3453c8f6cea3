import fc from 'fast-check'
import { encode } from 'nodemailer/lib/qp'

/** A part of a MIME email, as it is written down. */
interface Written {
  readonly fields: readonly string[]
  readonly body: string
}

const words = fc.constantFrom(
  'Hello',
  'Grüße, Jane',
  'a <b> & "c"',
  'one\r\n\r\n.\r\nthree',
  '你好 👋',
)

const names = fc.constantFrom('a.txt', 'b (1).txt', 'Prüfung  2.txt', 'x;y="z".txt')

const leaf = (type: string, text: string, more: readonly string[], encoding: string): Written => {
  const fields = [`Content-Type: ${type}`, `Content-Transfer-Encoding: ${encoding}`, ...more]
  const bytes = Buffer.from(text)
  if (encoding === 'base64')
    return { fields, body: bytes.toString('base64').replace(/.{76}/g, '$&\r\n') }
  if (encoding === 'quoted-printable') return { fields, body: encode(bytes) }
  return { fields, body: bytes.toString('latin1') }
}

const encodings = fc.constantFrom('8bit', 'base64', 'quoted-printable')

const text = (subtype: string) =>
  fc
    .tuple(words, encodings)
    .map(([value, encoding]) => leaf(`text/${subtype}; charset=utf-8`, value, [], encoding))

/** RFC 2231, in which any name can be written. */
const named = (name: string) =>
  `filename*=utf-8''${encodeURIComponent(name).replace(/[()*']/g, '_')}`

const file = fc
  .tuple(
    fc.constantFrom(
      'text/plain',
      'text/plain; charset=utf-8',
      'image/png',
      'application/pdf',
      'message/rfc822',
      'text/calendar; method=REQUEST',
      'application/octet-stream',
    ),
    words,
    names,
    fc.constantFrom('attachment', 'inline'),
    fc.option(fc.constantFrom('logo', 'a.b@c'), { nil: undefined }),
    encodings,
  )
  .map(([type, value, name, disposition, id, encoding]) => {
    const more = [
      `Content-Disposition: ${disposition}; ${named(name)}`,
      ...(id === undefined ? [] : [`Content-ID: <${id}>`]),
    ]
    const isEmail = type === 'message/rfc822'
    return isEmail
      ? leaf(type, `Subject: inner\r\n\r\n${value}`, more, '8bit')
      : leaf(type, value, more, encoding)
  })

const multipart = (subtype: string, parts: fc.Arbitrary<readonly Written[]>) =>
  fc.tuple(parts, fc.integer({ min: 1, max: 1e6 })).map(([inner, number]): Written => {
    const boundary = `b-${subtype}-${number}`
    const written = inner.map(({ fields, body }) =>
      [`--${boundary}`, ...fields, '', body].join('\r\n'),
    )
    return {
      fields: [`Content-Type: multipart/${subtype}; boundary="${boundary}"`],
      body: [...written, `--${boundary}--`, ''].join('\r\n'),
    }
  })

const html = fc.oneof(
  text('html'),
  multipart(
    'related',
    fc.tuple(text('html'), file).map((parts) => parts),
  ),
)

const readable = fc.oneof(
  text('plain'),
  html,
  multipart('alternative', fc.tuple(text('plain'), html)),
  multipart(
    'related',
    fc.tuple(multipart('alternative', fc.tuple(text('plain'), text('html'))), file),
  ),
)

/** As most programs write them. */
const usual = fc.oneof(
  readable,
  multipart(
    'mixed',
    fc.tuple(readable, fc.array(file, { maxLength: 3 })).map(([first, files]) => [first, ...files]),
  ),
)

/** Anything that MIME allows. */
const { any } = fc.letrec<{ any: Written }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(text('plain'), text('html'), text('calendar'), file),
    fc
      .constantFrom('mixed', 'alternative', 'related', 'signed', 'encrypted', 'report', 'digest')
      .chain((subtype) => multipart(subtype, fc.array(tie('any'), { minLength: 1, maxLength: 4 }))),
  ),
}))

const fields = fc.subarray([
  'X-Where: =?utf-8?Q?K=C3=B6ln?= and further',
  'X-Long: folded\r\n over\r\n\tlines',
  'In-Reply-To: <one@example.test>',
  'List-Unsubscribe: <https://example.test/u>',
  'X-Twice: one\r\nX-Twice: two',
  'Reply-To: "Desk, first" <desk@own.test>',
  'DKIM-Signature: v=1; a=rsa-sha256; b=abc',
  'Received: from a by b',
])

/** A whole email from ann@own.test to bob and cid, one character a byte. */
export const wholeEmail: fc.Arbitrary<string> = fc
  .tuple(fields, fc.oneof({ weight: 2, arbitrary: usual }, any))
  .map(([more, { fields: own, body }]) => {
    const header = [
      'From: Ann <ann@own.test>',
      'To: "Doe, Bob" <bob@example.test>',
      'Cc: =?utf-8?Q?C=C3=ADd?= <cid@example.test>',
      'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
      'MIME-Version: 1.0',
      ...more,
      ...own,
    ]
    return [...header, '', body].join('\r\n')
  })
