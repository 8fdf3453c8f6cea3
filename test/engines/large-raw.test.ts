import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { rawBody } from '../../engines/http/raw-body.ts'
import { postmarkEngine } from '../../engines/postmark.ts'
import { resendEngine } from '../../engines/resend.ts'
import { sendgridEngine } from '../../engines/sendgrid.ts'
import type { Outcome } from '../../mail/email/outcome.ts'
import { withLf } from '../../mail/email/line-ends.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { longestStopOf } from '../longest-stop.ts'
import { testParcel } from '../parcels.ts'
import { engineContext } from './engine-context.ts'
import { patient } from './provider-rig.ts'

const parcel = { replyTo: [], headers: {}, tags: [] } as unknown as Parcel

function email(fields: string, body: string): Buffer {
  return Buffer.from(`From: a@b.cd\r\nSubject: x\r\nMIME-Version: 1.0\r\n${fields}\r\n\r\n${body}`)
}

const quoted = '<p>Gr=C3=BC=C3=9Fe</p> and more of such text up to the seventieth=\r\n'
const encoding = 'Content-Transfer-Encoding: quoted-printable'
const utf8 = `Content-Type: text/plain; charset=utf-8\r\n${encoding}`

describe('a raw email of megabytes, for an engine', () => {
  const x = 'x'.repeat(999_998)

  it.each([
    ['a line end', email('Content-Type: text/plain', `${x}x\r\nb\r\r\nc`), `${x}x\nb\n\nc`],
    ['a quoted byte', email(utf8, `${x}=C3=BC=\r\n=C3=9F `), `${x}üß`],
    ['a hidden line end', email(utf8, `${x}x= \r\n=C3=9F`), `${x}xß`],
  ])('is read by pieces, of which none parts %s', async (_, mime, text) => {
    const read = await rawBody(mime, parcel)
    expect(read.text === text).toBe(true)
  })

  it('gets Unix line ends within a quarter of a second, were it nothing but those', async () => {
    const mime = Buffer.from('\r\n'.repeat(10_000_000))
    let lines = 0
    const stop = await longestStopOf(async () => (lines = withLf(mime).length))
    expect(lines).toBe(10_000_000)
    expect(stop).toBeLessThan(250)
  })
})

const line = 'a line of thirty letters, more \r\n'
const base64 = Buffer.alloc(22_000_000, 7).toString('base64').replaceAll(/.{76}/g, '$&\r\n')
const pdf = 'Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64'
const emails = [
  ['in a million lines', email('Content-Type: text/plain', line.repeat(940_000))],
  ['in lines that flow', email('Content-Type: text/plain; format=flowed', line.repeat(940_000))],
  ['quoted', email(utf8.replace('plain', 'html'), quoted.repeat(450_000))],
  [
    'with a file',
    email(
      'Content-Type: multipart/mixed; boundary=b',
      `--b\r\n\r\nSee it.\r\n--b\r\n${pdf}\r\n\r\n${base64}\r\n--b--`,
    ),
  ],
] as const

const providers = { postmark: postmarkEngine, resend: resendEngine, sendgrid: sendgridEngine }

describe.each(Object.entries(providers))('a raw email of 30 MB, by %s', (name, open) => {
  it.each(emails)('%s leaves without a stop of a quarter of a second', async (_, mime) => {
    const engine = open(
      engineContext({
        secrets: { [`${name}.apiKey`]: 'a-key', 'postmark.serverToken': 'a-key' },
        deployed: { apiUrls: { [name]: await takesAll(name === 'sendgrid' ? 202 : 200) } },
      }),
    )
    const parcel: Parcel = {
      ...testParcel({ bytes: mime }),
      content: { kind: 'raw', mime: mime.toString('base64') },
    }
    let outcome: Outcome | undefined
    const stop = await longestStopOf(async () => (outcome = await engine.send(parcel, patient)))
    await engine.close()
    expect(outcome).toMatchObject({ kind: 'sent' })
    expect(stop).toBeLessThan(250)
  })
})

/** The address of a provider that takes whatever comes, and does not look at it. */
async function takesAll(status: number): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(status).end('{"id":"1","MessageID":"1","ErrorCode":0}')
    })
  })
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
