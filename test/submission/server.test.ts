import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect, Socket } from 'node:net'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { connect as connectTls } from 'node:tls'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { connectionLimit } from '../../machine/connection-limit.ts'
import { openLog } from '../../machine/log.ts'
import { smtpSteps } from '../../submission/session.ts'
import {
  serveSmtp,
  type Certificate,
  type CertificatePair,
  type SmtpOptions,
} from '../../submission/server.ts'
import type { Access } from '../../mail/keys/gate.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import type { ApiKey } from '../../mail/ports/keys.ts'
import type { Room } from '../../mail/ports/room.ts'
import { cpuClock } from '../cpu-clock.ts'
import { readContent } from '../../mail/content.ts'
import { spoolIn } from '../../submission/spool.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { openPostern, type TestOptions } from '../open-postern.ts'

const pem = (name: string) => readFileSync(resolve('test/data/tls', name))
const fixed = (pair: CertificatePair): Certificate => ({
  read: () => pair,
  version: () => 'one',
})
const pair = { cert: pem('localhost.pem'), key: pem('localhost.key') }
const certificate = fixed(pair)
const token = 're_the-key'

async function serve(
  { access = 'open', ...options }: Partial<SmtpOptions> & { access?: Access } = {},
  given: TestOptions = {},
) {
  const test = await openPostern(given)
  let log = ''
  const { needsTls = access === 'keys' } = options
  const spool = spoolIn(temporaryDirectory(), 50_000_000)
  const server = await serveSmtp(smtpSteps(test.postern, { access, needsTls, spool }), {
    port: 0,
    implicitTls: false,
    host: '127.0.0.1',
    needsTls,
    log: openLog({ write: (text) => void (log += text), clock: test.clock }),
    ...options,
  })
  onTestFinished(async () => {
    await server.close()
    await test.close()
  })
  return { ...test, server, spool, log: () => log }
}

async function addKey({ postern }: Awaited<ReturnType<typeof serve>>, change: object = {}) {
  const key: ApiKey = {
    id: 'key-1',
    name: 'a key',
    hash: createHash('sha256').update(token).digest('hex'),
    permission: 'sending_access',
    project: 'default',
    capture: false,
    createdAt: 0,
    ...change,
  }
  await postern.keys.create(key)
}

/** The client's end: says lines, waits for whole replies. */
async function dial({ server }: Awaited<ReturnType<typeof serve>>) {
  let socket: Socket = connect(server.port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let replies = repliesOn(socket)
  const reply = async () => String((await replies.next()).value)
  const greeting = await reply()
  return {
    greeting,
    reply,
    write: (bytes: string | Buffer) => void socket.write(bytes),
    end: () => void socket.destroy(),
    isClosed: () => socket.closed,
    async say(line: string) {
      socket.write(`${line}\r\n`)
      return reply()
    },
    async secure() {
      socket.removeAllListeners('data')
      const secured = connectTls({ socket, servername: 'localhost', ca: pem('ca.pem') })
      await new Promise<void>((done, fail) =>
        secured.once('secureConnect', done).once('error', fail),
      )
      socket = secured
      replies = repliesOn(secured)
    },
  }
}

/** `250-a`, `250 b` is one reply of two lines. */
async function* repliesOn(socket: Socket): AsyncGenerator<string> {
  let lines: string[] = []
  socket.on('error', () => undefined)
  for await (const line of createInterface({ input: socket })) {
    lines.push(line)
    if (line[3] === '-') continue
    yield lines.join('\n')
    lines = []
  }
}

type Client = Awaited<ReturnType<typeof dial>>

async function upToData(client: Client, to = 'bob@there.test') {
  await client.say('EHLO client.test')
  await client.say('MAIL FROM:<ann@caller.test>')
  await client.say(`RCPT TO:<${to}>`)
  expect(await client.say('DATA')).toMatch(/^354/)
}

async function submit(client: Client, mime = 'From: ann@caller.test\r\n\r\nhello') {
  await upToData(client)
  return client.say(`${mime}\r\n.`)
}

const plain = (password: string) =>
  `AUTH PLAIN ${Buffer.from(`\0anybody\0${password}`).toString('base64')}`

const idOf = (reply: string) => /^250 2\.0\.0 accepted (\S{36})$/.exec(reply)?.[1] ?? reply

describe('a session', () => {
  it('is offered what applications look for', async () => {
    const client = await dial(await serve())
    expect(client.greeting).toMatch(/^220 .*Postern/)
    const lines = (await client.say('EHLO client.test')).split('\n').map((line) => line.slice(4))
    expect(lines.slice(1)).toEqual([
      'PIPELINING',
      '8BITMIME',
      'SMTPUTF8',
      'AUTH LOGIN PLAIN',
      'SIZE 40000000',
    ])
    expect(await client.say('WIZ x')).toMatch(/^500/)
  })

  it('says the stream in a header of ours, which does not leave with the email', async () => {
    const own = await serve()
    const mime = (stream: string) =>
      `From: ann@caller.test\r\nX-Postern-Stream: ${stream}\r\nSubject: Hi\r\n\r\nhello`
    const id = idOf(await submit(await dial(own), mime('bulk')))
    expect(await own.postern.emails.get(id, '*')).toMatchObject({ stream: 'bulk' })
    for (const job of own.backend.queue.take(1, 1)) await deliver(own.postern, job)
    const { eml } = (await own.postern.captures.get(id, '*'))!
    expect(Buffer.from(eml).toString()).toMatch(/^Subject: Hi\r$/m)
    expect(Buffer.from(eml).toString()).not.toMatch(/x-postern-stream/i)
    const refused = await submit(await dial(own), mime('news'))
    expect(refused).toMatch(/^5\d\d .*X-Postern-Stream.*must be transactional or bulk/s)
  })

  it('gets 250 with the id of an email that is on record then', async () => {
    const own = await serve()
    const id = idOf(await submit(await dial(own)))
    expect(await own.postern.emails.get(id, '*')).toMatchObject({
      from: { address: 'ann@caller.test' },
      recipients: [{ address: 'bob@there.test' }],
    })
    expect(own.log()).toBe('')
  })

  it('may send all at once, and the next email at once after it', async () => {
    const own = await serve()
    const client = await dial(own)
    const one = 'MAIL FROM:<a@caller.test>\r\nRCPT TO:<bob@there.test>\r\nDATA\r\n'
    const email = 'From: a@caller.test\r\n\r\nhello\r\n.\r\n'
    client.write(`EHLO client.test\r\n${one}${email}${one}${email}QUIT\r\n`)
    const codes: string[] = []
    for (let i = 0; i < 10; i++) codes.push((await client.reply()).slice(0, 3))
    expect(codes).toEqual(['250', '250', '250', '354', '250', '250', '250', '354', '250', '221'])
    expect((await own.postern.emails.list({ scope: '*', limit: 10 })).data).toHaveLength(2)
  })

  it('has bad recipients refused one by one, with the rule', async () => {
    const own = await serve()
    const client = await dial(own)
    await client.say('EHLO client.test')
    await client.say('MAIL FROM:<ann@caller.test>')
    const answer = (to: string) => client.say(`RCPT TO:<${to}>`)
    expect(await answer('-v@there.test')).toBe('553 5.1.3 the local part begins with a hyphen')
    expect(await answer('abc..def.@there.test')).toBe(
      '553 5.1.3 the local part begins or ends with a dot or has two in a row: it needs double quotes',
    )
    expect(await answer('bob@[127.0.0.1]')).toMatch(/^553 5\.1\.3 address literals/)
    expect(await answer('-v')).toBe('553 5.1.3 the local part begins with a hyphen')
    // Punycode of the one character Ⅷ, which UTS 46 reads as viii.
    expect(await answer('bob@xn--x4g.test')).toMatch(/^553 5\.1\.3 the domain/)
    expect(await answer('bob@xn--mnchen-3ya.test')).toMatch(/^250/)
    expect(await answer('bob@MÜNCHEN.test')).toMatch(/^250/)
    await client.say('DATA')
    const id = idOf(await client.say('From: a@caller.test\r\n\r\nhello\r\n.'))
    expect((await own.postern.emails.get(id, '*'))!.recipients).toMatchObject([
      { address: 'bob@xn--mnchen-3ya.test' },
    ])
  })

  it('may name 1,000 recipients', async () => {
    const client = await dial(await serve())
    await client.say('EHLO client.test')
    await client.say('MAIL FROM:<ann@caller.test>')
    const codes: string[] = []
    client.write(Array.from({ length: 1_001 }, (_, i) => `RCPT TO:<r${i}@there.test>\r\n`).join(''))
    for (let i = 0; i < 1_001; i++) codes.push((await client.reply()).slice(0, 3))
    expect(codes).toEqual([...Array<string>(1_000).fill('250'), '452'])
  })

  it('that breaks off before the final dot leaves nothing behind', async () => {
    const own = await serve()
    const client = await dial(own)
    await upToData(client)
    client.write('From: ann@caller.test\r\n\r\nhalf an ema')
    client.end()
    await submit(await dial(own))
    expect((await own.postern.emails.list({ scope: '*', limit: 10 })).data).toHaveLength(1)
    expect(own.log()).toBe('')
  })

  it('may be silent for 5 min between its commands (RFC 5321 section 4.5.3.2.7)', async () => {
    const limits = vi.spyOn(Socket.prototype, 'setTimeout')
    onTestFinished(() => limits.mockRestore())
    const own = await serve()
    const client = await dial(own)
    await upToData(client)
    const given = limits.mock.calls.map(([ms]) => ms).filter((ms) => ms > 0)
    expect(given).not.toEqual([])
    expect(Math.min(...given)).toBeGreaterThanOrEqual(300_000)
    expect(Math.max(...given)).toBeLessThan(600_000)
  })

  it('of which there are 500 already is told to come back', async () => {
    const own = await serve()
    await Promise.all(Array.from({ length: 500 }, () => dial(own)))
    expect((await dial(own)).greeting).toMatch(/^421/)
  })
})

describe('an email', () => {
  it.each([
    ['without a header', 'just text'],
    ['of nothing', ''],
    ['with NUL', 'From: a@caller.test\r\n\r\na\0b'],
    ['with LF alone', 'From: a@caller.test\n\nhello\n.\nMAIL FROM:<x@evil.test>\nbye'],
    ['with a header in Latin-1', 'From: Gr\xf6\xdfe <a@caller.test>\r\n\r\nb'],
  ])('%s is taken', async (_what, mime) => {
    const own = await serve()
    expect(idOf(await submit(await dial(own), mime))).toHaveLength(36)
    expect((await own.postern.emails.list({ scope: '*', limit: 10 })).data).toHaveLength(1)
  })

  it('with a line that no server would take is refused where it is signed', async () => {
    const client = await dial(await serve())
    const long = `Subject: a\r\n\r\n${'x'.repeat(999)}`
    expect(await submit(client, `DKIM-Signature: v=1\r\n${long}`)).toMatch(
      /^554 5\.6\.0 content: a line is longer than 998 bytes, and encoding it would break the signature/,
    )
    expect(idOf(await submit(client, long))).toHaveLength(36)
  })

  it('over 40 MB is refused as soon as its SIZE says so', async () => {
    const client = await dial(await serve())
    await client.say('EHLO client.test')
    expect(await client.say('MAIL FROM:<a@caller.test> SIZE=40000001')).toMatch(/^552/)
    expect(await client.say('MAIL FROM:<a@caller.test> SIZE=40000000')).toMatch(/^250/)
  })

  it('over 40 MB that did not say so is refused at its end, and the session goes on', async () => {
    const client = await dial(await serve())
    await upToData(client)
    const megabyte = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(1_000))
    for (let i = 0; i < 41; i++) client.write(megabyte)
    expect(await client.say('.')).toMatch(/^552 5\.3\.4/)
    expect(idOf(await submit(client))).toHaveLength(36)
  })

  it('without a sender, where no default is set, is refused', async () => {
    const own = await serve({}, { settings: { from: { address: null } } })
    expect(await submitAs(own, '', 'hello')).toBe(
      '554 5.6.0 from: is required: no default sender address is set (settings: from.address)',
    )
  })

  it('is put off while mail is switched off', async () => {
    const own = await serve({}, { settings: { engine: 'disabled' } })
    expect(await submit(await dial(own))).toMatch(/^451 4\.3\.0 no email is accepted: mail is/)
  })

  it('that cannot be kept is not accepted, and the log says why without quoting it', async () => {
    const own = await serve()
    const client = await dial(own)
    await upToData(client)
    own.backend.close()
    const answer = await client.say('Subject: hunter2\r\n\r\nhunter2\r\n.')
    expect(answer).toBe("451 4.3.0 internal error; see Postern's log")
    expect(own.log()).toContain('SMTP submission failed')
    expect(own.log()).not.toMatch(/hunter2|bob@|ann@/)
  })

  it('with the same Resend-Idempotency-Key is one email', async () => {
    const own = await serve()
    const client = await dial(own)
    const email = (text: string, id: string) =>
      `Resend-Idempotency-Key: k\r\nMessage-ID: <${id}>\r\nFrom: a@caller.test\r\n\r\n${text}`
    const first = idOf(await submit(client, email('hello', 'a@b')))
    expect(idOf(await submit(client, email('hello', 'c@d')))).toBe(first)
    expect(await submit(client, email('other', 'a@b'))).toMatch(/^554 5\.5\.0 this Resend-/)
    expect((await own.postern.emails.list({ scope: '*', limit: 10 })).data).toHaveLength(1)
  })
})

async function submitAs(own: Awaited<ReturnType<typeof serve>>, from: string, mime: string) {
  const client = await dial(own)
  await client.say('EHLO client.test')
  await client.say(`MAIL FROM:<${from}>`)
  await client.say('RCPT TO:<bob@there.test>')
  await client.say('DATA')
  return client.say(`${mime}\r\n.`)
}

describe('who is let in', () => {
  it('on loopback every client until a key exists, whatever password it brings', async () => {
    const own = await serve()
    const client = await dial(own)
    await client.say('EHLO client.test')
    expect(await client.say(plain('anything ☃'))).toMatch(/^235/)
    expect(idOf(await submit(client))).toHaveLength(36)
    await addKey(own)
    expect(await client.say('MAIL FROM:<ann@caller.test>')).toMatch(/^5(30|35)/)
    expect(await (await dialled(own)).say('MAIL FROM:<ann@caller.test>')).toBe(
      '530 5.7.0 authentication required: any user name, with an API key as the password',
    )
  })

  it('with a key: every client that has it, by PLAIN or LOGIN, under any name', async () => {
    const own = await serve()
    await addKey(own)
    const first = await dialled(own)
    expect(await first.say(plain('re_wrong'))).toMatch(/^535 5\.7\.8/)
    expect(await first.say(plain(''))).toMatch(/^535/)
    expect(await first.say(plain(token))).toMatch(/^235/)
    const id = idOf(await submit(first))
    expect(await own.postern.emails.get(id, '*')).toMatchObject({ owner: 'key-1' })
    const second = await dialled(own)
    expect(await second.say('AUTH LOGIN')).toMatch(/^334/)
    expect(await second.say(Buffer.from('x').toString('base64'))).toMatch(/^334/)
    expect(await second.say(Buffer.from(token).toString('base64'))).toMatch(/^235/)
    expect(idOf(await submit(second))).toHaveLength(36)
  })

  it('a key for one domain sends from no other', async () => {
    const own = await serve()
    await addKey(own, { domain: 'own.test' })
    const client = await dialled(own)
    await client.say(plain(token))
    expect(await submit(client)).toBe('550 5.7.1 not allowed: this key may only send from own.test')
    expect(idOf(await submit(client, 'From: a@own.test\r\n\r\nb'))).toHaveLength(36)
  })

  it('a key that is revoked is refused 15 s later, also in a session that is open', async () => {
    const own = await serve()
    await addKey(own)
    await addKey(own, { id: 'key-2', hash: 'other' })
    const client = await dialled(own)
    await client.say(plain(token))
    await own.postern.keys.revoke('key-1', '*')
    await own.clock.advance(15_000)
    expect(await client.say('MAIL FROM:<ann@caller.test>')).toMatch(/^535/)
  })

  it('from elsewhere only with a key, and only after TLS', async () => {
    const own = await serve({ access: 'keys', certificate })
    await addKey(own)
    const client = await dial(own)
    const offered = await client.say('EHLO client.test')
    expect(offered).toContain('STARTTLS')
    expect(offered).not.toContain('AUTH')
    expect(await client.say(plain(token))).toMatch(/^5/)
    expect(await client.say('MAIL FROM:<ann@caller.test>')).toMatch(/^530 5\.7\.0 STARTTLS/)
    expect(await client.say('STARTTLS')).toMatch(/^220/)
    await client.secure()
    expect(await client.say('EHLO client.test')).toContain('AUTH LOGIN PLAIN')
    expect(await client.say('MAIL FROM:<ann@caller.test>')).toMatch(/^530 5\.7\.0 auth/)
    expect(await client.say(plain(token))).toMatch(/^235/)
    expect(idOf(await submit(client))).toHaveLength(36)
  })

  it('from a private network with a key and without TLS, if it is to be so', async () => {
    const own = await serve({ access: 'keys', needsTls: false })
    await addKey(own)
    const client = await dial(own)
    expect(await client.say('EHLO client.test')).toContain('AUTH LOGIN PLAIN')
    expect(await client.say('MAIL FROM:<ann@caller.test>')).toMatch(/^530 5\.7\.0 auth/)
    expect(await client.say(plain(token))).toMatch(/^235/)
    expect(idOf(await submit(client))).toHaveLength(36)
  })

  it('refuses a certificate that is none', async () => {
    const broken = fixed({ cert: pem('ca.pem'), key: pair.key })
    await expect(serve({ access: 'keys', certificate: broken })).rejects.toThrow(/x509|key/)
  })
})

async function dialled(own: Awaited<ReturnType<typeof serve>>) {
  const client = await dial(own)
  await client.say('EHLO client.test')
  return client
}

describe('stopping', () => {
  it('finishes the open email and dismisses all other clients', async () => {
    const own = await serve()
    const idle = await dialled(own)
    const busy = await dial(own)
    await upToData(busy)
    busy.write('From: a@caller.test\r\n\r\nhal')
    // Its answer says that what came before was read.
    await idle.say('NOOP')
    const closed = own.server.close()
    expect(await idle.reply()).toMatch(/^421 4\.3\.2/)
    const id = idOf(await busy.say('f\r\n.'))
    expect(await busy.reply()).toMatch(/^421 4\.3\.2/)
    await closed
    expect(await own.postern.emails.get(id, '*')).toBeDefined()
  })
})

describe('the memory for contents', () => {
  function isFree(room: Room, bytes: number): boolean {
    const stay = room.enter('other', bytes)
    stay?.leave()
    return stay !== undefined
  }

  const large = `From: ann@caller.test\r\n\r\n${`${'x'.repeat(900)}\r\n`.repeat(3_000)}`

  it('is refused at MAIL FROM to a size that there is no room for, now or ever', async () => {
    const test = await serve()
    const { spool } = test
    const file = (await spool.open('another'))!
    while (await file.add(Buffer.alloc(1_000_000)));
    const client = await dial(test)
    await client.say('EHLO client.test')
    expect(await client.say('MAIL FROM:<ann@caller.test> SIZE=39000000')).toMatch(/^452 4\.3\.1/)
    expect(await client.say('MAIL FROM:<ann@caller.test> SIZE=200000')).toMatch(/^250/)
    await file.remove()
    await client.say('RSET')
    expect(await client.say('MAIL FROM:<ann@caller.test> SIZE=39000000')).toMatch(/^250/)
  })

  it('is taken by a large email when it is whole, as soon as there is some, and given back', async () => {
    const test = await serve()
    const { room } = test.postern
    const stay = room.enter('another', room.mostBytes)!
    let answered = 0
    const answers = [1, 2, 3].map(async () => {
      const answer = await submit(await dial(test), large)
      answered += 1
      return answer
    })
    for (let n = 0; n < 3; n++) expect(await submit(await dial(test))).toMatch(/^250/)
    expect(answered).toBe(0)
    stay.leave()
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^250/)
    expect(room.enter('one', room.mostBytes)).toBeDefined()
    expect(test.spool.hasSpace('one', 43_000_000)).toBe(true)
  })

  it('comes to disk in large pieces, also where each line begins with a dot', async () => {
    const test = await serve()
    const text = '..y\r\n'.repeat(200_000)
    const spent = cpuClock()
    const id = idOf(await submit(await dial(test), `From: ann@caller.test\r\n\r\n${text}`))
    expect(spent()).toBeLessThan(5_000)
    const content = await readContent(test.postern, id)
    const kept = content?.kind === 'raw' && Buffer.from(content.mime, 'base64').toString()
    expect(kept && kept.split('\r\n.y').length).toBe(200_001)
  })

  it('leaves an email as it came, in a file or not', async () => {
    const test = await serve()
    for (const size of [100, 255_990, 256_010, 262_140, 262_150, 5_000_000]) {
      const text = `${'z'.repeat(70)}\r\n`.repeat(Math.ceil(size / 72))
      const mime = `From: ann@caller.test\r\nSubject: whole\r\n\r\n${text}`
      const id = idOf(await submit(await dial(test), mime))
      const content = await readContent(test.postern, id)
      const kept = content?.kind === 'raw' && Buffer.from(content.mime, 'base64').toString()
      expect(kept && kept.trimEnd() === mime.trimEnd()).toBe(true)
    }
  })

  it('is not taken by one that sends without end', async () => {
    const test = await serve()
    const { room } = test.postern
    const endless = await dial(test)
    await upToData(endless)
    for (let i = 0; i < 50; i++) endless.write(Buffer.alloc(1_000_000, 'endless line\r\n'))
    await expect.poll(() => isFree(room, room.mostBytes - 1_000)).toBe(true)
    expect(await submit(await dial(test), large)).toMatch(/^250/)
    expect(await endless.say('\r\n.')).toMatch(/^552 5\.3\.4/)
  })

  it('is given back when the connection ends', async () => {
    const test = await serve()
    const { room } = test.postern
    const client = await dial(test)
    await upToData(client)
    client.write(large.slice(0, 200_000))
    await expect.poll(() => isFree(room, room.mostBytes)).toBe(false)
    client.write(large)
    await expect.poll(() => test.spool.hasSpace('other', 43_000_000)).toBe(false)
    await expect.poll(() => isFree(room, room.mostBytes)).toBe(true)
    client.end()
    await expect.poll(() => test.spool.hasSpace('other', 43_000_000)).toBe(true)
  })
})

describe('strangers', () => {
  const few = (most: number) => ({ connections: connectionLimit({ most }) })

  it('keep no one with a key out, and no session that is known', async () => {
    const test = await serve({ access: 'open', ...few(20) })
    await addKey(test)
    const pool = await Promise.all(Array.from({ length: 10 }, () => dial(test)))
    for (const client of pool) {
      await client.say('EHLO client.test')
      expect(await client.say(plain(token))).toMatch(/^235/)
    }
    const strangers: Awaited<ReturnType<typeof dial>>[] = []
    for (let i = 0; i < 40; i++) strangers.push(await dial(test))
    const late = await dial(test)
    await late.say('EHLO client.test')
    expect(await late.say(plain(token))).toMatch(/^235/)
    for (const client of [...pool, late]) expect(await submit(client)).toMatch(/^250/)
    // They have given way to each other.
    const left = () => strangers.filter(({ isClosed }) => !isClosed()).length
    await expect.poll(left).toBeLessThanOrEqual(10)
  })

  it('that begin an email without end make room too', async () => {
    const test = await serve(few(5))
    for (let i = 0; i < 10; i++) await upToData(await dial(test))
    expect(await submit(await dial(test))).toMatch(/^250/)
  })

  it.each([
    ['a TLS hello', Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1')],
    ['binary data', Buffer.from('EHLO x\x00\x01')],
  ])('who begin with %s are not heard, whatever commands are in it', async (_, hello) => {
    const test = await serve()
    const socket = connect(test.server.port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    const commands =
      'EHLO x\r\nMAIL FROM:<ann@caller.test>\r\nRCPT TO:<bob@there.test>\r\nDATA\r\n\r\nhello\r\n.\r\n'
    const heard: string[] = []
    socket.on('data', (chunk: Buffer) => heard.push(chunk.toString()))
    socket.on('error', () => undefined)
    // Late, so that it does not end as one that talks before it was greeted.
    await expect.poll(() => heard.join('')).toMatch(/^220/)
    socket.write(Buffer.concat([hello, Buffer.from(`\r\n${commands}`)]))
    await new Promise((resolve) => socket.once('close', resolve))
    expect(heard.join('')).toMatch(/^220 [^\r]*\r\n$/)
    expect((await test.postern.emails.list({ scope: '*', limit: 10 })).data).toEqual([])
  })

  it('that ask by HTTP are told no, and nothing after it is read', async () => {
    const test = await serve()
    const client = await dial(test)
    client.write('POST / HTTP/1.1\r\nHost: x\r\n\r\nMAIL FROM:<a@b.test>\r\n')
    expect(await client.reply()).toMatch(/^421/)
    expect(await client.reply()).toBe('undefined')
  })
})

describe('an email that hardly comes', () => {
  it('is cut off after a minute, and one that comes slowly is not', async () => {
    const test = await serve()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const arrived: Socket[] = []
    const note = (message: unknown) => arrived.push((message as { socket: Socket }).socket)
    subscribe('net.server.socket', note)
    onTestFinished(() => void unsubscribe('net.server.socket', note))
    const [stuck, slow] = [await dial(test), await dial(test)]
    await upToData(stuck)
    await upToData(slow)
    const mime = `From: ann@caller.test\r\n\r\n${`${'x'.repeat(900)}\r\n`.repeat(100)}`
    slow.write(mime)
    const most = () => Math.max(...arrived.map(({ bytesRead }) => bytesRead))
    await expect.poll(most).toBeGreaterThan(mime.length)
    vi.advanceTimersByTime(59_000)
    vi.advanceTimersByTime(31_000)
    expect(await stuck.reply()).toBe('undefined')
    expect(await slow.say('.')).toMatch(/^250/)
  })
})
