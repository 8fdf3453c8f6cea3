import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import PostalMime from 'postal-mime'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readCapture } from '../../api/captured/capture-view.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import { serveSmtp } from '../../submission/server.ts'
import { smtpSteps } from '../../submission/session.ts'
import { spoolIn } from '../../submission/spool.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { openPostern } from '../open-postern.ts'

interface Submission {
  readonly mime: string | Buffer
  readonly from?: string
  readonly to?: readonly string[]
  /** Addresses without their angle brackets. */
  readonly bare?: boolean
}

/** One email over a socket, as any client brings it, and everything that was answered. */
async function submit(settings: SavedSettings, { mime, from, to, bare }: Submission) {
  const test = await openPostern({ settings: { engine: 'noop', ...settings } })
  const server = await serveSmtp(
    smtpSteps(test.postern, {
      access: 'open',
      needsTls: false,
      spool: spoolIn(temporaryDirectory()),
    }),
    {
      ...{ port: 0, host: '127.0.0.1', needsTls: false, implicitTls: false },
      log: () => undefined,
    },
  )
  const socket = connect(server.port, '127.0.0.1')
  onTestFinished(async () => {
    socket.destroy()
    await server.close()
    await test.close()
  })
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const say = async (text: string | Buffer) => {
    socket.write(text)
    for (;;) {
      const { value } = await lines.next()
      if (String(value)[3] !== '-') return String(value)
    }
  }
  await say('')
  await say('EHLO client.test\r\n')
  const path = (address: string) => (bare ? address : `<${address}>`)
  const sender = await say(`MAIL FROM:${path(from ?? 'me@example.com')}\r\n`)
  const recipients: string[] = []
  for (const one of to ?? ['you@example.com'])
    recipients.push(await say(`RCPT TO:${path(one)}\r\n`))
  await say('DATA\r\n')
  const bytes = Buffer.isBuffer(mime) ? mime : Buffer.from(mime)
  const end = await say(Buffer.concat([bytes, Buffer.from('\r\n.\r\n')]))
  const id = /accepted (\S{36})$/.exec(end)?.[1]
  const email = id === undefined ? undefined : await test.postern.emails.get(id, '*')
  return { ...test, sender, recipients, end, id, email }
}

/** What is captured of it, which is what would leave. */
async function captured(settings: SavedSettings, submission: Submission) {
  const own = await submit(settings, submission)
  const [job] = own.backend.queue.take(1, 10)
  expect(own.end).toMatch(/^250/)
  await deliver(own.postern, job!)
  const found = await own.postern.captures.get(own.id!, '*')
  const bytes = Buffer.from(found!.eml).toString('latin1')
  return { ...own, bytes, parsed: await PostalMime.parse(found!.eml), capture: found!.capture }
}

const crlf = (...lines: string[]) => lines.join('\r\n')
const head = ['From: me@example.com', 'To: you@example.com']

describe('a submitted email', () => {
  it('that is nothing but a header keeps it, and loses Bcc', async () => {
    const { bytes, parsed } = await captured(
      {},
      {
        mime: crlf(...head, 'Bcc: hidden@example.com', 'Subject: header only'),
        to: ['you@example.com', 'hidden@example.com'],
      },
    )
    expect(parsed.subject).toBe('header only')
    expect(parsed.text?.trim() ?? '').toBe('')
    expect(bytes).not.toContain('hidden')
  })

  it.each([
    ['an empty line in front of it', '\r\n \r\n'],
    ['a byte order mark in front of it', '\ufeff'],
  ])('is read with %s', async (_, before) => {
    const lines = ['From: Ann <me@example.com>', 'Bcc: hidden@example.com', 'Subject: s', '', 'x']
    const { bytes, parsed } = await captured({}, { mime: before + crlf(...lines) })
    expect(parsed.from).toEqual({ name: 'Ann', address: 'me@example.com' })
    expect([parsed.subject, parsed.text!.trim()]).toEqual(['s', 'x'])
    expect(bytes).not.toContain('hidden')
  })

  it('is read with lines that end in CR CR LF', async () => {
    const lines = [...head, 'Bcc: hidden@example.com', 'Subject: s', '', 'one', '', 'two']
    const { bytes, parsed } = await captured({}, { mime: lines.join('\r\r\n') })
    expect([parsed.subject, parsed.text!.trim()]).toEqual(['s', 'one\n\ntwo'])
    expect(bytes).not.toContain('hidden')
  })

  it('loses a Bcc that is indented below another field', async () => {
    const mime = crlf(
      ...head,
      '  Bcc: hidden@example.com,',
      '   masked@example.com',
      'Subject: s',
      '',
    )
    const { bytes, parsed } = await captured({}, { mime })
    expect(parsed.to).toEqual([{ name: '', address: 'you@example.com' }])
    expect(bytes).not.toMatch(/hidden|masked/)
    const subject = crlf('Subject: How to use', ' Bcc: and Cc:')
    expect((await captured({}, { mime: crlf(...head, subject, '', 'x') })).bytes).toContain(subject)
  })

  it('without its empty line keeps every line of its text', async () => {
    const text = ['disk of node01 is full', 'please look at it now', '', 'second paragraph']
    const { parsed } = await captured({}, { mime: crlf(...head, 'Subject: s', ...text) })
    expect(parsed.subject).toBe('s')
    expect(parsed.text!.trim()).toBe(text.join('\n'))
  })

  it('says From as it came, whatever the charset', async () => {
    const japanese =
      'From: =?ISO-2022-JP?B?GyRCM3Q8MDJxPFIlNSVzJVclaxsoQg==?=\r\n =?ISO-2022-JP?B?GyRCJSslOSU/JV4hPCU1JV0hPCVIGyhC?= <me@example.com>'
    const other = 'From: =?x-unheard-of?B?h4qDVIOTg3aDiw==?= <me@example.com>'
    for (const from of [japanese, other])
      expect((await captured({}, { mime: crlf(from, '', 'x') })).bytes).toContain(`${from}\r\n`)
    const { email } = await captured({}, { mime: crlf(japanese, 'Subject: s', '', 'x') })
    expect(email!.from.name).toBe('株式会社サンプルカスタマーサポート')
  })

  it.each([
    ['=?cp437?Q?Gr=81=E1e?=', 'Grüße'],
    ['=?utf-7?Q?Gr+APwA3w-e?=', 'Grüße'],
    ['=?iso-2022-kr?B?GyQpQw4+SDNnDw==?=', '안녕'],
    ['=?us-ascii?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
    ['=?x-unheard-of?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
  ])('shows the subject %s in lists as in the view of its capture', async (subject, text) => {
    const mime = crlf(...head, `Subject: ${subject}`, '', 'x')
    const { bytes, capture, email } = await captured({}, { mime })
    expect([email!.subject, capture.subject]).toEqual([text, text])
    expect((await readCapture(Buffer.from(bytes, 'latin1'))).subject).toBe(text)
    expect(bytes).toContain(`Subject: ${subject}\r\n`)
  })

  it('keeps its Message-ID, and gets ours in X-Postern-Id', async () => {
    const own = 'Message-ID: <ticket-42.1@desk.example.com>'
    const { bytes, email, id } = await captured({}, { mime: crlf(...head, own, '', 'x') })
    expect(bytes.match(/^message-id:.*$/gim)).toEqual([own])
    expect(bytes).toContain(`X-Postern-Id: ${id}\r\n`)
    expect(email!.messageId).toBe('<ticket-42.1@desk.example.com>')
  })

  it('keeps a null sender, and one for each recipient (VERP)', async () => {
    expect((await submit({}, { mime: 'From: me@example.com', from: '' })).email).toMatchObject({
      from: { address: 'me@example.com' },
      envelopeFrom: '',
    })
    const verp = 'list+you=example.com@bounce.example.com'
    const { email } = await submit({}, { mime: 'From: me@example.com', from: verp })
    expect(email!.envelopeFrom).toBe(verp)
    const same = await submit({}, { mime: 'From: me@example.com' })
    expect(same.email).not.toHaveProperty('envelopeFrom')
  })

  it('keeps several authors, Sender and comments', async () => {
    const lines = [
      'From: Ann <ann@example.com> (Sales), "B, C" <b@example.com>',
      'Sender: me@example.com (for them)',
    ]
    expect((await captured({}, { mime: crlf(...lines, '', 'x') })).bytes).toContain(crlf(...lines))
  })

  it.each(['Acme, Inc.', 'Acme: Sales', 'Acme; Sales'])(
    'has one author where the unquoted name is %s',
    async (name) => {
      const { parsed, email } = await captured(
        {},
        { mime: `From: ${name} <me@example.com>\r\n\r\nx` },
      )
      expect(parsed.from).toEqual({ name, address: 'me@example.com' })
      expect(email!.from).toEqual({ name, address: 'me@example.com' })
    },
  )

  it('has fields once that came twice, or is refused', async () => {
    const date = 'Date: Mon, 30 Nov 2026 07:00:00 +0000'
    const twice = [...head, 'To: bob@example.com', 'Subject: one', 'Subject: one', date, date]
    const { bytes, parsed } = await captured({}, { mime: crlf(...twice, '', 'x') })
    for (const name of ['to', 'subject', 'date'])
      expect(bytes.match(new RegExp(`^${name}:`, 'gim'))).toHaveLength(1)
    expect(parsed.to?.map(({ address }) => address)).toEqual(['you@example.com', 'bob@example.com'])
    const { end } = await submit({}, { mime: crlf(...head, 'Subject: a', 'Subject: b', '', 'x') })
    expect(end).toMatch(/^554 5\.6\.0 Subject: .*RFC 5322/)
  })

  it('with a line over 998 bytes is encoded instead of refused', async () => {
    const line = 'ü'.repeat(5_000)
    const { bytes, parsed } = await captured(
      {},
      {
        mime: crlf(
          ...head,
          'MIME-Version: 1.0',
          'Content-Type: text/plain; charset=utf-8',
          '',
          line,
        ),
      },
    )
    expect(parsed.text!.trim()).toBe(line)
    expect(Math.max(...bytes.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(998)
  })

  it('to 300 recipients is one email', async () => {
    const to = Array.from({ length: 300 }, (_, i) => `r${i}@example.com`)
    const { email, capture } = await captured({}, { mime: crlf(...head, '', 'x'), to })
    expect(email!.recipients).toHaveLength(300)
    expect(capture.to).toHaveLength(300)
  })
})

describe('an address of one machine', () => {
  const cron = { mime: crlf('From: webmaster@localhost', 'To: root@web1', '', 'x') }
  const there = { ...cron, from: 'webmaster@localhost', to: ['root@web1'] }

  it('is captured as it is', async () => {
    const { bytes, capture } = await captured({ from: { address: null } }, there)
    expect(bytes).toContain(crlf('From: webmaster@localhost', 'To: root@web1'))
    expect(capture).toMatchObject({ from: 'webmaster@localhost', to: ['root@web1'] })
  })

  it('is refused with the true reason where it would be sent', async () => {
    const none = { engine: 'smtp', from: { address: null } } as const
    const { recipients } = await submit(none, there)
    expect(recipients).toEqual([expect.stringMatching(/^553 5\.1\.3 .*one label.*localDomain/)])
    const { end } = await submit(none, { ...cron, from: 'webmaster@localhost' })
    expect(end).toMatch(/^554 5\.6\.0 from: the domain has only one label.*localDomain/)
  })

  it('is mapped by the setting localDomain', async () => {
    const { email } = await submit({ engine: 'smtp', localDomain: 'example.com' }, there)
    expect(email).toMatchObject({
      from: { address: 'webmaster@example.com' },
      recipients: [{ address: 'root@example.com' }],
    })
  })
})

describe('a name without any domain', () => {
  const cron = { mime: crlf('From: root (Cron Daemon)', 'To: root', 'Subject: s', '', 'x') }
  const there = { ...cron, from: 'root', to: ['root', 'Postmaster'] }

  it('is one of this machine, and is captured as it is written', async () => {
    const { bytes, capture, email } = await captured({ from: { address: null } }, there)
    expect(bytes).toContain(crlf('From: root (Cron Daemon)', 'To: root'))
    expect(capture).toMatchObject({
      from: 'root@localhost',
      to: ['root@localhost', 'Postmaster@localhost'],
    })
    expect(email!.to).toEqual([{ address: 'root@localhost' }])
  })

  it('is refused with the true reason where it would be sent', async () => {
    const none = { engine: 'smtp', from: { address: null } } as const
    const { sender, recipients } = await submit(none, there)
    expect(sender).toMatch(/^250/)
    for (const answer of recipients) expect(answer).toMatch(/^553 5\.1\.3 .*one label.*localDomain/)
    const { end } = await submit(none, { ...cron, from: 'root' })
    expect(end).toMatch(/^554 5\.6\.0 from: the domain has only one label.*localDomain/)
  })

  it('is mapped by the setting localDomain', async () => {
    const { email } = await submit({ engine: 'smtp', localDomain: 'example.com' }, there)
    expect(email).toMatchObject({
      from: { address: 'root@example.com' },
      recipients: [{ address: 'root@example.com' }, { address: 'Postmaster@example.com' }],
    })
    expect(email).not.toHaveProperty('envelopeFrom')
  })

  it('gives way to a sender that can leave', async () => {
    const { email } = await submit({ engine: 'smtp' }, { ...cron, from: 'me@example.com' })
    expect(email!.from).toMatchObject({ address: 'me@example.com' })
  })
})

it('an address without its brackets is taken, and no second one with it', async () => {
  const two = ['you@example.com,b@example.com', 'you@example.com <b@example.com>', '@a:b@c.test']
  const to = ['you@example.com NOTIFY=NEVER', ...two, '"a@b.test"@c.test']
  const { email, recipients } = await submit(
    {},
    { mime: 'x', from: 'b@example.com', to, bare: true },
  )
  expect(recipients.map((answer) => answer[0])).toEqual(['2', '5', '5', '5', '5'])
  expect(email).toMatchObject({ from: { address: 'b@example.com' } })
  expect(email!.recipients.map(({ address }) => address)).toEqual(['you@example.com'])
})

describe('a quoted local part', () => {
  const docomo = '"abc..def."@docomo.example'

  it('of atoms and dots is taken, and stands in the header as it is', async () => {
    const mime = crlf('From: me@example.com', `To: ${docomo}`, '', 'x')
    const { bytes, email, capture } = await captured({}, { mime, to: [docomo] })
    expect(email).toMatchObject({ to: [{ address: docomo }], recipients: [{ address: docomo }] })
    expect(capture.to).toEqual([docomo])
    expect(bytes).toContain(`To: ${docomo}\r\n`)
  })

  it('that hides anything is refused', async () => {
    const to = [
      '"a@evil.test"@there.test',
      '"a b"@there.test',
      '"-oQ"@there.test',
      '"a>"@there.test',
    ]
    const { recipients } = await submit({}, { mime: 'x', to })
    for (const answer of recipients) expect(answer).toMatch(/^5/)
  })
})
