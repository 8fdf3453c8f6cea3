import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openEngine } from '../../engines/index.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import { readRawRequest } from '../../mail/request/raw-request.ts'
import { parcelOf, requestOf } from '../mail/compose/composing.ts'
import { fakePostmark, type PostmarkMail } from '../remote/fake-postmark.ts'
import type { FakeProvider } from '../remote/fake-provider.ts'
import { fakeSendGrid } from '../remote/fake-sendgrid.ts'
import { engineContext } from './engine-context.ts'

const header = ['From: me@own.test', 'To: you@example.test', 'Subject: s', 'MIME-Version: 1.0']

function mimeOf(...lines: string[]): Parcel {
  const mime = Buffer.from([...header, ...lines, ''].join('\r\n'), 'latin1')
  const read = readRawRequest(mime, { from: 'me@own.test', to: ['you@example.test'] })
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return parcelOf(read.request)
}

const multipart = (type: string, ...parts: string[][]): string[] => [
  `Content-Type: multipart/${type}; boundary=B`,
  '',
  ...parts.flatMap((lines) => ['--B', ...lines]),
  '--B--',
]

const plain = ['Content-Type: text/plain', '', 'hello']
const html = ['Content-Type: text/html', '', '<p>hello</p>']

const body = (attachment: object) => ({
  from: 'me@own.test',
  to: 'you@example.test',
  subject: 's',
  text: 'x',
  attachments: [{ content: 'YQ==', ...attachment }],
})

/** What no provider would build, with what is said of it. */
const refused: readonly (readonly [string, Parcel, string])[] = [
  [
    'an email signed with PGP',
    mimeOf(...multipart('signed; protocol="application/pgp-signature"', plain, plain)),
    'it is signed (multipart/signed)',
  ],
  [
    'one that is signed below a footer',
    mimeOf(
      ...multipart(
        'mixed',
        ['Content-Type: multipart/signed; boundary=C', '', '--C', '', '--C--'],
        plain,
      ),
    ),
    'it is signed (multipart/signed)',
  ],
  [
    'an encrypted email',
    mimeOf(...multipart('encrypted', plain, plain)),
    'it is encrypted (multipart/encrypted)',
  ],
  [
    'S/MIME in one part',
    mimeOf('Content-Type: application/pkcs7-mime; smime-type=enveloped-data', '', 'AAAA'),
    'it is signed or encrypted (application/pkcs7-mime)',
  ],
  [
    'an invitation next to text and html',
    mimeOf(...multipart('alternative', plain, html, ['Content-Type: text/calendar', '', 'x'])),
    'it has a part in text/calendar',
  ],
  [
    'html that is only the second choice',
    mimeOf(...multipart('alternative', html, plain)),
    'it has a multipart/alternative of unusual structure',
  ],
  ['a text behind a file', mimeOf(...multipart('mixed', plain, plain)), 'it has a text/plain'],
  ['nothing but a file', mimeOf('Content-Type: application/pdf', '', 'x'), 'application/pdf'],
  ['a delivery report', mimeOf(...multipart('report', plain)), 'multipart/report'],
  [
    'a multipart that does not end',
    mimeOf(...multipart('mixed', plain).slice(0, -1)),
    'ends before',
  ],
  ['a multipart without boundary', mimeOf('Content-Type: multipart/mixed', '', 'x'), 'boundary'],
  [
    'a text in an unknown charset',
    mimeOf('Content-Type: text/plain; charset=x-own', '', 'x'),
    'cannot be read as x-own',
  ],
  [
    'bytes that are not of their charset',
    mimeOf('Content-Type: text/plain; charset=utf-8', '', 'Gr\xfc\xdfe'),
    'cannot be read as utf-8',
  ],
  [
    'what is no base64',
    mimeOf('Content-Transfer-Encoding: base64', 'Content-Type: text/plain', '', 'a$b'),
    'not base64',
  ],
  ['an unknown encoding', mimeOf('Content-Transfer-Encoding: x-uue', '', 'x'), '"x-uue"'],
  [
    'two types of one part',
    mimeOf(...multipart('mixed', plain, ['Content-Type: text/plain', ...html])),
    'content-type more than once',
  ],
  ['a header of no known form', mimeOf('In-Reply-To: that <of yesterday', '', 'x'), 'In-Reply-To'],
]

describe('a provider that builds emails from parts', () => {
  const opened: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
  })

  async function open<Mail>(
    name: 'sendgrid' | 'postmark',
    fake: Promise<FakeProvider<Mail>>,
  ): Promise<{ remote: FakeProvider<Mail>; engine: Engine }> {
    const remote = await fake
    const secrets = { 'sendgrid.apiKey': 'key', 'postmark.serverToken': 'token' }
    const deployed = { apiUrls: { [name]: remote.server.url } }
    const engine = await openEngine(name, engineContext({ secrets, deployed }))
    opened.push(engine, remote.server)
    return { remote, engine }
  }

  const send = (engine: Engine, parcel: Parcel) => engine.send(parcel, new AbortController().signal)

  it.each(refused)('is not handed %s', async (_, parcel, words) => {
    const { remote, engine } = await open('postmark', fakePostmark())
    expect(await send(engine, parcel)).toEqual({
      kind: 'rejected',
      reason: expect.stringMatching(/^postmark cannot carry this email unchanged: /) as unknown,
      elsewhere: true,
    })
    expect((await send(engine, parcel)).reason).toContain(words)
    expect(remote.server.connections).toBe(0)
  })

  it('is not handed two headers of one name, nor parameters of a type, where it takes none', async () => {
    const { engine, remote } = await open('sendgrid', fakeSendGrid())
    const invitation = { filename: 'invite.ics', content_type: 'text/calendar; method=REQUEST' }
    const latin = { filename: 'a.txt', content_type: 'text/plain; charset=iso-8859-1' }
    for (const [parcel, words] of [
      [mimeOf('X-Tag: one', 'X-Tag: two', '', 'x'), 'the header x-tag more than once'],
      [parcelOf(requestOf(body(invitation))), '"invite.ics" has method=REQUEST'],
      [parcelOf(requestOf(body(latin))), '"a.txt" has charset=iso-8859-1'],
    ] as const)
      expect(await send(engine, parcel)).toMatchObject({
        kind: 'rejected',
        reason: expect.stringContaining(words) as unknown,
      })
    expect(remote.server.connections).toBe(0)
  })

  describe('is handed', () => {
    let remote: FakeProvider<PostmarkMail>
    let engine: Engine
    beforeEach(async () => {
      ;({ remote, engine } = await open('postmark', fakePostmark()))
    })

    const mailOf = async (parcel: Parcel) => {
      expect(await send(engine, parcel)).toMatchObject({ kind: 'sent' })
      return remote.mails.at(-1)!
    }

    it('an attached text as a file, with its line ends', async () => {
      const file = ['Content-Type: text/plain', 'Content-Disposition: attachment; filename=a.txt']
      for (const part of [
        [...file, '', 'one', 'two ', ''],
        [...file, 'Content-Transfer-Encoding: quoted-printable', '', 'one', 'tw=', 'o=20', ''],
      ]) {
        const { TextBody, Attachments } = await mailOf(mimeOf(...multipart('mixed', plain, part)))
        expect(TextBody).toBe('hello')
        expect(Attachments).toEqual([
          { Name: 'a.txt', ContentType: 'text/plain', Content: base64('one\r\ntwo \r\n') },
        ])
      }
    })

    it('an attached email as a file, to the byte', async () => {
      const inner = ['Subject: inner', 'Content-Type: multipart/signed; boundary=x', '', '--x--']
      const part = ['Content-Type: message/rfc822', '', ...inner]
      const { TextBody, Attachments } = await mailOf(mimeOf(...multipart('mixed', plain, part)))
      expect(TextBody).toBe('hello')
      expect(Attachments).toEqual([
        {
          Name: expect.stringMatching(/^attachment\./) as unknown,
          ContentType: 'message/rfc822',
          Content: base64(inner.join('\r\n')),
        },
      ])
    })

    it('a picture that the html shows, whatever it calls itself', async () => {
      const shows = ['Content-Type: text/html', '', '<img src="cid:logo">']
      const picture = [
        'Content-Type: image/png; name=logo.png',
        'Content-ID: <logo>',
        'Content-Disposition: attachment',
        '',
        'x',
      ]
      const { Attachments } = await mailOf(mimeOf(...multipart('related', shows, picture)))
      expect(Attachments).toMatchObject([{ Name: 'logo.png', ContentID: 'cid:logo' }])
    })

    it('text in other charsets, and UTF-8 that calls itself ASCII', async () => {
      const latin = await mailOf(
        mimeOf('Content-Type: text/plain; charset=iso-8859-1', '', 'Gr\xfc'),
      )
      expect(latin.TextBody?.trim()).toBe('Grü')
      const utf8 = Buffer.from('Grü').toString('latin1')
      const ascii = await mailOf(mimeOf('Content-Type: text/plain; charset=us-ascii', '', utf8))
      expect(ascii.TextBody?.trim()).toBe('Grü')
    })

    it('an email that has files and no text, which Postmark wants', async () => {
      const file = ['Content-Type: application/pdf', '', 'x']
      const mail = await mailOf(mimeOf(...multipart('mixed', file)))
      expect(mail.TextBody).toBe(' ')
      expect(mail.Attachments).toMatchObject([{ Name: 'attachment.pdf' }])
    })
  })
})

function base64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64')
}
