import { randomBytes } from 'node:crypto'
import { copyFileSync, readFileSync, statSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { connect as connectTls } from 'node:tls'
import nodemailer, { type SendMailOptions } from 'nodemailer'
import PostalMime from 'postal-mime'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunningPostern } from '../../machine/start.ts'
import { runProcess, startProcess } from '../cli/postern-process.ts'
import { startHere } from '../cli/run-command.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

/*
 * That an email answered with 250 survives kill -9 at any moment is shown by crash.test.ts over
 * HTTP: both answer after the same `accept`.
 */

async function running(...args: Parameters<typeof startHere>) {
  const postern = await startHere(...args)
  onTestFinished(() => postern.stop())
  return postern
}

function urlOf({ smtp }: RunningPostern): string {
  if ('off' in smtp) throw new Error(`SMTP is off: ${smtp.off}`)
  return smtp.url
}

/** As an application would: nodemailer with nothing but the URL. */
async function send(postern: RunningPostern, email: SendMailOptions): Promise<string> {
  const transport = nodemailer.createTransport(urlOf(postern))
  const { response } = await transport.sendMail({ from: 'ann@caller.test', ...email })
  return /^250 2\.0\.0 accepted (\S{36})$/.exec(response)![1]!
}

async function captured({ url }: RunningPostern, to: string) {
  const answer = await fetch(`${url}/v1/captures?wait=20&to=${encodeURIComponent(to)}`)
  const { data } = (await answer.json()) as { data: { id: string; to: string[] }[] }
  const raw = await fetch(`${url}/v1/captures/${data[0]!.id}/raw`)
  const bytes = Buffer.from(await raw.arrayBuffer())
  return { count: data.length, capture: data[0]!, bytes, email: await PostalMime.parse(bytes) }
}

describe('an email that nodemailer submits', () => {
  it('arrives with every part byte for byte, and Bcc in the envelope alone', async () => {
    const postern = await running()
    const report = randomBytes(300_000)
    const id = await send(postern, {
      from: { name: 'Größe, Ann', address: 'ann@caller.test' },
      to: '"Bob, Jr." <bob@there.test>',
      cc: 'Çelik <carol@münchen.test>',
      bcc: 'hidden@there.test',
      replyTo: 'help@caller.test',
      subject: 'Réport — 2026 💌',
      text: 'Grüße\n.\n.leading dot\nFrom here on',
      attachments: [{ filename: 'réport.pdf', content: report }],
    })
    const { capture, bytes, email } = await captured(postern, 'hidden@there.test')
    expect(capture.id).toBe(id)
    expect([...capture.to].sort()).toEqual([
      'bob@there.test',
      'carol@xn--mnchen-3ya.test',
      'hidden@there.test',
    ])
    expect(bytes.toString('latin1')).not.toMatch(/hidden@|^bcc:/im)
    expect(email).toMatchObject({
      from: { name: 'Größe, Ann', address: 'ann@caller.test' },
      to: [{ name: 'Bob, Jr.', address: 'bob@there.test' }],
      subject: 'Réport — 2026 💌',
      messageId: expect.stringMatching(/^<[0-9a-f-]+@caller\.test>$/) as string,
    })
    expect(email.text!.trimEnd()).toBe('Grüße\n.\n.leading dot\nFrom here on')
    expect(Buffer.from(email.attachments[0]!.content as ArrayBuffer).equals(report)).toBe(true)

    const shown = (await (await fetch(`${postern.url}/emails/${id}`)).json()) as object
    expect(shown).toMatchObject({
      from: '"Größe, Ann" <ann@caller.test>',
      to: ['"Bob, Jr." <bob@there.test>'],
      bcc: ['hidden@there.test'],
      reply_to: ['help@caller.test'],
      subject: 'Réport — 2026 💌',
    })
  })

  it('keeps 8-bit text and an address beyond ASCII', async () => {
    const postern = await running()
    const envelope = { from: 'ann@caller.test', to: ['żółw@there.test'] }
    const body = Buffer.from([...Array(256).keys()].filter((byte) => ![0, 10, 13].includes(byte)))
    const head = 'From: ann@caller.test\r\nTo: żółw@there.test\r\nSubject: Grüße\r\n\r\n'
    await send(postern, { envelope, raw: Buffer.concat([Buffer.from(head), body]) })
    const { bytes, email } = await captured(postern, 'żółw@there.test')
    expect(email).toMatchObject({ subject: 'Grüße', to: [{ address: 'żółw@there.test' }] })
    expect(bytes.includes(body)).toBe(true)
  })

  it('of 20 MB arrives whole', async () => {
    const postern = await running()
    const film = randomBytes(14_000_000)
    await send(postern, { to: 'big@there.test', text: 'x', attachments: [{ content: film }] })
    const { bytes, email } = await captured(postern, 'big@there.test')
    expect(bytes.length).toBeGreaterThan(19_000_000)
    expect(Buffer.from(email.attachments[0]!.content as ArrayBuffer).equals(film)).toBe(true)
  })

  it('again under the same Resend-Idempotency-Key is one email', async () => {
    const postern = await running()
    const headers = { 'Resend-Idempotency-Key': 'order-1' }
    const email = { to: 'once@there.test', subject: 'a', text: 'b', html: '<b>b</b>', headers }
    const first = await send(postern, email)
    expect(await send(postern, email)).toBe(first)
    await expect(send(postern, { ...email, text: 'other' })).rejects.toMatchObject({
      responseCode: 554,
    })
    const { count, bytes } = await captured(postern, 'once@there.test')
    expect(count).toBe(1)
    expect(bytes.toString()).not.toMatch(/idempotency/i)
  })

  it('in 100 sessions at once is 100 emails', async () => {
    const postern = await running()
    const sends = Array.from({ length: 100 }, (_, i) =>
      send(postern, { to: `r${i}@there.test`, text: `number ${i}` }),
    )
    expect(new Set(await Promise.all(sends)).size).toBe(100)
    const { email } = await captured(postern, 'r73@there.test')
    expect(email.text!.trim()).toBe('number 73')
  })

  it.each([
    ['no header at all', 'just text', 'just text'],
    ['LF and NUL', 'Subject: a\n\nb\0c\n.\nd', 'bc\r\n.\r\nd'],
    ['garbage for a header', 'nonsense\r\n: x\r\nFrom: <<>\r\n\r\nb', 'nonsense\r\n: x\r\nb'],
  ])('with %s is kept and shown', async (_what, raw, body) => {
    const postern = await running()
    await send(postern, { envelope: { from: 'ann@caller.test', to: ['bob@there.test'] }, raw })
    const { bytes } = await captured(postern, 'bob@there.test')
    const [header, ...rest] = bytes.toString().split('\r\n\r\n')
    expect(header).toContain('From: ann@caller.test')
    expect(rest.join('\r\n\r\n').trimEnd()).toBe(body)
  })
})

describe('SMTP of postern start', () => {
  it('is told of in the first lines', async () => {
    const { printed } = await startProcess({ directory: temporaryDirectory() })
    const url = /smtp:\/\/127\.0\.0\.1:\d+/.exec(printed)![0]
    expect(await nodemailer.createTransport(url).verify()).toBe(true)
  })

  it('says which port is in use, and starts nothing', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => holder.once('listening', resolve))
    onTestFinished(() => void holder.close())
    const { port } = holder.address() as AddressInfo
    const directory = temporaryDirectory()
    const env = { POSTERN_SMTP_PORT: String(port) }
    expect(await runProcess(['start'], { directory, env })).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(`port ${port} is in use.* POSTERN_SMTP_PORT`) as string,
    })
  })

  it('can be switched off', async () => {
    const { smtp } = await running({ env: { POSTERN_SMTP_PORT: 'off' } })
    expect(smtp).toEqual({ off: 'POSTERN_SMTP_PORT is "off"' })
  })

  it.each([
    [{ POSTERN_SMTP_PORT: 'on' }, 'POSTERN_SMTP_PORT must be a whole number'],
    [{ POSTERN_TLS_CERT: 'cert.pem' }, 'belong together'],
    [{ POSTERN_SMTP_CERT: 'cert.pem' }, 'belong together'],
    [{ POSTERN_TLS_SELF_SIGNED: 'maybe' }, 'must be on or off'],
    [{ POSTERN_SMTPS_PORT: 'on' }, 'POSTERN_SMTPS_PORT must be a whole number'],
    [{ POSTERN_TLS_CERT: 'no.pem', POSTERN_TLS_KEY: 'no.key' }, 'cannot be read (ENOENT)'],
    [
      { POSTERN_TLS_CERT: resolve('package.json'), POSTERN_TLS_KEY: resolve('package.json') },
      'must be a certificate and its key',
    ],
    [{ POSTERN_SMTP_CERT: 'no.pem', POSTERN_SMTP_KEY: 'no.key' }, 'cannot be read (ENOENT)'],
  ])('does not start with %j', async (env, words) => {
    await expect(startHere({ env })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(words) as string,
    })
  })

  it('is off beyond loopback without a certificate, and says so', async () => {
    const directory = temporaryDirectory()
    const { printed } = await startProcess({ directory, env: { POSTERN_HOST: '0.0.0.0' } })
    expect(printed).toContain('SMTP is off: 0.0.0.0 is reachable from elsewhere')
    expect(printed).toContain('POSTERN_TLS_CERT')
  })

  it('beyond loopback takes what comes with TLS and a key', async () => {
    const directory = temporaryDirectory()
    const pem = (name: string) => resolve('test/data/tls', name)
    const postern = await running({
      directory,
      host: '0.0.0.0',
      env: {
        POSTERN_SMTP_CERT: pem('localhost.pem'),
        POSTERN_SMTP_KEY: pem('localhost.key'),
      },
    })
    const key = readFileSync(join(directory, 'first-key'), 'utf8').trim()
    const { hostname, port } = new URL(urlOf(postern))
    const transportWith = (pass: string) =>
      nodemailer.createTransport({
        host: hostname,
        port: Number(port),
        requireTLS: true,
        tls: { servername: 'localhost', ca: readFileSync(pem('ca.pem')) },
        auth: { user: 'postern', pass },
      })
    const email = { from: 'ann@caller.test', to: 'bob@there.test', text: 'hello' }
    expect((await transportWith(key).sendMail(email)).response).toMatch(/^250 2\.0\.0 accepted/)
    await expect(transportWith('re_wrong').sendMail(email)).rejects.toMatchObject({
      responseCode: 535,
    })
  })

  it('speaks TLS from the first byte on a port of its own, and reads a renewed certificate', async () => {
    const directory = temporaryDirectory()
    const pem = (name: string) => resolve('test/data/tls', name)
    const files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') }
    const put = (name: string) => {
      copyFileSync(pem(`${name}.pem`), files.cert)
      copyFileSync(pem(`${name}.key`), files.key)
    }
    put('localhost')
    const { smtp } = await running({
      env: { POSTERN_TLS_CERT: files.cert, POSTERN_TLS_KEY: files.key },
    })
    const urls = 'off' in smtp ? [] : [smtp.tlsUrl!, smtp.url]
    expect(urls[0]).toMatch(/^smtps:/)
    const serialAt = (url: string) => serialOf(url, readFileSync(pem('ca.pem')))
    const before = await Promise.all(urls.map(serialAt))
    put('expired')
    const after = await Promise.all(urls.map(serialAt))
    expect(new Set(before).size).toBe(1)
    expect(new Set(after).size).toBe(1)
    expect(after[0]).not.toBe(before[0])
  })

  it('makes a certificate for itself when told to, and keeps it', async () => {
    const directory = temporaryDirectory()
    const serials: string[] = []
    for (let i = 0; i < 2; i++) {
      const env = { POSTERN_TLS_SELF_SIGNED: 'on' }
      const postern = await startHere({ directory, host: '0.0.0.0', env })
      const { smtp } = postern
      if ('off' in smtp) throw new Error(smtp.off)
      serials.push(await serialOf(smtp.tlsUrl!, ''), await serialOf(smtp.url, ''))
      await postern.stop()
    }
    expect(new Set(serials).size).toBe(1)
    expect(statSync(join(directory, 'tls-key.pem')).mode & 0o077).toBe(0)
  })
})

/** The serial number of the certificate that a client sees there, over TLS or STARTTLS. */
async function serialOf(url: string, ca: Buffer | string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  if (url.startsWith('smtp:')) {
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
    await lines.next()
    socket.write('STARTTLS\r\n')
    await lines.next()
    socket.removeAllListeners('data')
  }
  const secure = connectTls({ socket, servername: 'localhost', ca, rejectUnauthorized: false })
  await new Promise((done, fail) => secure.once('secureConnect', done).once('error', fail))
  const { serialNumber } = secure.getPeerCertificate()
  secure.destroy()
  return serialNumber
}
