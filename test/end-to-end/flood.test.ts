import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startProcess, type PosternProcess } from '../cli/postern-process.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { memoryCgroup, noMemoryCgroup } from '../remote/memory-cgroup.ts'

/** At a time; each attachment in bytes before base64, so that all are several times the heap. */
const senders = 20
const attachmentBytes = 18_000_000

/** A heap that 20 of these bodies fill by themselves, in MB. */
const heap = 512

const small = { from: 'a@own.test', to: 'b@own.test', subject: 'small', text: 'Hello' }
const attachment = Buffer.alloc(attachmentBytes, 'attached ').toString('base64')
const large = {
  ...small,
  subject: 'large',
  attachments: [{ filename: 'a.bin', content: attachment }],
}

async function startSmall(): Promise<PosternProcess> {
  const env = { NODE_OPTIONS: `--max-old-space-size=${heap}` }
  return startProcess({ directory: temporaryDirectory(), env })
}

interface Said {
  readonly status: number
  readonly retryAfter?: string
  readonly body: string
}

function post(url: string, path: string, body: Buffer): Promise<Said> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    const asking = request(url + path, { method: 'POST', headers, agent: false }, (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
      answer.on('end', () =>
        resolve({
          status: answer.statusCode!,
          retryAfter: answer.headers['retry-after'],
          body: text,
        }),
      )
    })
    asking.on('error', reject)
    asking.end(body)
  })
}

/** The status of a small email every so many milliseconds, until it is told to stop. */
function trickle(url: string, everyMs = 50) {
  const statuses: number[] = []
  let slowest = 0
  const sending = new Set<Promise<void>>()
  const timer = setInterval(() => {
    const start = performance.now()
    const one = post(url, '/emails', Buffer.from(JSON.stringify(small))).then(({ status }) => {
      statuses.push(status)
      slowest = Math.max(slowest, performance.now() - start)
    })
    sending.add(one)
  }, everyMs)
  onTestFinished(() => clearInterval(timer))
  return async () => {
    clearInterval(timer)
    await Promise.all(sending)
    return { statuses, slowest }
  }
}

/** What one email over SMTP is answered after its final dot. */
async function submit(port: number, mime: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  // Then it has no answer, which is none of those that are counted.
  socket.on('error', () => undefined)
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const reply = async () => {
    for (;;) {
      const line = String((await lines.next()).value)
      if (line[3] !== '-') return line
    }
  }
  await reply()
  for (const line of ['EHLO x', 'MAIL FROM:<a@own.test>', 'RCPT TO:<b@own.test>', 'DATA']) {
    socket.write(`${line}\r\n`)
    await reply()
  }
  socket.write(mime)
  socket.write('\r\n.\r\n')
  const answer = await reply()
  socket.end()
  return answer
}

/** 23 MB that do not say so. */
const mime = Buffer.from(
  `From: a@own.test\r\nSubject: large\r\n\r\n${`${'x'.repeat(900)}\r\n`.repeat(25_000)}`,
)

async function captured(url: string): Promise<number> {
  const answer = await fetch(`${url}/v1/captures?limit=1&count=1`)
  return ((await answer.json()) as { total: number }).total
}

async function report(what: string, postern: PosternProcess, more: object) {
  const [, peak] =
    /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${postern.pid}/status`, 'utf8')) ?? []
  const said = { peakMB: Math.round(Number(peak) / 1_000), ...more }
  process.stdout.write(`${what} ${JSON.stringify(said)}\n`)
}

describe('a heap of half a gigabyte', () => {
  it.each([
    // As most Node SDKs write a Buffer: the largest that one body can be.
    ['/emails', { ...small, attachments: [{ filename: 'a', content: Buffer.alloc(13e6, 200) }] }],
    [
      '/v3/mail/send',
      {
        personalizations: [{ to: [{ email: 'b@own.test' }] }],
        from: { email: 'a@own.test' },
        subject: 'large',
        content: [{ type: 'text/plain', value: 'Hello' }],
        attachments: [{ filename: 'a.bin', content: attachment }],
      },
    ],
  ])('outlives a flood of large emails on %s', { timeout: 600_000 }, async (path, email) => {
    const postern = await startSmall()
    const body = Buffer.from(JSON.stringify(email))
    const stop = trickle(postern.url)
    const answers = await Promise.all(
      Array.from({ length: senders }, () => post(postern.url, path, body)),
    )
    const { statuses, slowest } = await stop()
    const refused = answers.filter(({ status }) => status >= 300)
    const accepted = answers.length - refused.length
    await report(`flood on ${path}`, postern, { accepted, refused: refused.length, slowest })
    expect(accepted).toBeGreaterThan(0)
    expect(refused.length).toBeGreaterThan(0)
    expect(new Set(refused.map(({ status, retryAfter }) => `${status} ${retryAfter}`))).toEqual(
      new Set(['503 5']),
    )
    const shape = path === '/emails' ? 'statusCode' : 'errors'
    expect(JSON.parse(refused[0]!.body)).toHaveProperty(shape)
    expect(new Set(statuses)).toEqual(new Set([200]))
    await expect
      .poll(() => captured(postern.url), { timeout: 120_000, interval: 1_000 })
      .toBe(accepted + statuses.length)
    await report(`captured from ${path}`, postern, {})
  })

  it('outlives one by SMTP', { timeout: 600_000 }, async () => {
    const postern = await startSmall()
    const port = Number(/smtp:\/\/127\.0\.0\.1:(\d+)/.exec(postern.printed)![1])
    const stop = trickle(postern.url)
    const answers = await Promise.all(Array.from({ length: senders }, () => submit(port, mime)))
    const { statuses, slowest } = await stop()
    const accepted = answers.filter((answer) => answer.startsWith('250 2.0.0')).length
    const refused = answers.filter((answer) => answer.startsWith('452 4.3.1')).length
    await report('flood by SMTP', postern, { accepted, refused, slowest })
    expect([accepted > 0, accepted + refused]).toEqual([true, senders])
    expect(new Set(statuses)).toEqual(new Set([200]))
    await expect
      .poll(() => captured(postern.url), { timeout: 120_000, interval: 1_000 })
      .toBe(accepted + statuses.length)
    await report('captured by SMTP', postern, {})
  })
})

const noCgroup = noMemoryCgroup()

describe.skipIf(noCgroup)(`a container of 1 GB${noCgroup ? ` (${noCgroup})` : ''}`, () => {
  it('outlives floods on all doors, then of readers', { timeout: 600_000 }, async () => {
    const group = memoryCgroup(1_000_000_000)
    onTestFinished(group.remove)
    const postern = await startSmall()
    group.add(postern.pid)
    const { url } = postern
    const port = Number(/smtp:\/\/127\.0\.0\.1:(\d+)/.exec(postern.printed)![1])
    const body = Buffer.from(JSON.stringify(large))
    const stop = trickle(url, 500)
    const each = Array.from({ length: 10 })
    const [posted, submitted] = await Promise.all([
      Promise.all(each.map(() => post(url, '/emails', body))),
      Promise.all(each.map(() => submit(port, mime))),
    ])
    const { statuses } = await stop()
    const yes = [
      ...posted.filter(({ status }) => status === 200),
      ...submitted.filter((answer) => answer.startsWith('250 2.0.0')),
    ].length
    expect(new Set(statuses)).toEqual(new Set([200]))
    await expect
      .poll(() => captured(url), { timeout: 120_000, interval: 1_000 })
      .toBe(yes + statuses.length)

    const found = await fetch(`${url}/v1/captures?subject=large&limit=100`)
    const { data } = (await found.json()) as { data: { id: string }[] }
    expect(data).toHaveLength(yes)
    const asked = ['', '/raw'].flatMap((part) => data.map(({ id }) => `/v1/captures/${id}${part}`))
    const read = await Promise.all(
      asked.map(async (path) => {
        const answer = await fetch(url + path)
        await answer.arrayBuffer()
        return answer.status
      }),
    )
    const seen = read.filter((status) => status === 200).length
    await report('all at once', postern, {
      yes,
      seen,
      of: read.length,
      groupMB: group.peak() / 1e6,
    })
    expect([...new Set(read)].filter((status) => status !== 200 && status !== 503)).toEqual([])
    expect(seen).toBeGreaterThan(0)
    for (const { id } of data.slice(0, 3))
      expect((await fetch(`${url}/v1/captures/${id}`)).status).toBe(200)
  })
})
