import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunningPostern } from '../../machine/start.ts'
import { startHere } from '../cli/run-command.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

/** What swaks answers with, by the step that was refused. */
const exits = { none: 0, recipient: 24, data: 26, auth: 28 } as const

interface Ran {
  readonly exit: number
  /** The conversation, without the content. */
  readonly said: string
}

/** Swaks as a person at a shell uses it, which knows SMTP and nothing of Postern. */
function swaks({ smtp }: RunningPostern, ...args: string[]): Promise<Ran> {
  if ('off' in smtp) throw new Error(`SMTP is off: ${smtp.off}`)
  const { hostname, port } = new URL(smtp.url)
  const all = [
    '--server',
    hostname,
    '--port',
    port,
    '--suppress-data',
    '--from',
    'ann@caller.test',
    ...args,
  ]
  return new Promise((done) => {
    execFile('swaks', all, { maxBuffer: 10_000_000 }, (error, said) =>
      done({ exit: typeof error?.code === 'number' ? error.code : 0, said }),
    )
  })
}

async function running(...args: Parameters<typeof startHere>) {
  const postern = await startHere(...args)
  onTestFinished(() => postern.stop())
  return postern
}

async function captured({ url }: RunningPostern, to: string, headers = {}) {
  const list = await fetch(`${url}/v1/captures?wait=20&to=${encodeURIComponent(to)}`, { headers })
  const { data } = (await list.json()) as { data: { id: string; to: string[] }[] }
  const raw = await fetch(`${url}/v1/captures/${data[0]!.id}/raw`, { headers })
  const bytes = Buffer.from(await raw.arrayBuffer())
  return { count: data.length, to: data[0]!.to, bytes, email: await PostalMime.parse(bytes) }
}

function file(content: string | Buffer): string {
  const path = join(temporaryDirectory(), 'file')
  writeFileSync(path, content)
  return path
}

const isThere = (() => {
  try {
    execFileSync('swaks', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!isThere)('swaks', () => {
  it('submits an email with an attachment, to several, in one pipeline', async () => {
    const postern = await running()
    const report = randomBytes(100_000)
    const { exit, said } = await swaks(
      postern,
      ...['--pipeline', '--to', 'bob@there.test,carol@there.test', '--header', 'Subject: Hello'],
      ...['--body', 'It works.', '--attach-name', 'a.bin', '--attach', `@${file(report)}`],
    )
    expect([exit, said]).toEqual([exits.none, expect.stringMatching(/250 2\.0\.0 accepted \S{36}/)])
    const { to, email } = await captured(postern, 'carol@there.test')
    expect(to).toEqual(['bob@there.test', 'carol@there.test'])
    expect([email.subject, email.text!.trim()]).toEqual(['Hello', 'It works.'])
    expect(Buffer.from(email.attachments[0]!.content as ArrayBuffer).equals(report)).toBe(true)
  })

  it('submits 8-bit text as it is, in whatever charset', async () => {
    const postern = await running()
    const latin = Buffer.from('Subject: 8 bit\n\nGr\xfc\xdfe \x80\n.\n.leading dot\n', 'latin1')
    expect(
      await swaks(postern, '--to', 'bob@there.test', '--data', `@${file(latin)}`),
    ).toMatchObject({ exit: exits.none })
    const { bytes } = await captured(postern, 'bob@there.test')
    expect(bytes.includes(Buffer.from('Gr\xfc\xdfe \x80\r\n', 'latin1'))).toBe(true)
  })

  it('is told about a bad recipient with 553, and the others get it', async () => {
    const postern = await running()
    const to = 'a..b@there.test,bob@there.test'
    const { exit, said } = await swaks(postern, '--to', to)
    expect([exit, said]).toEqual([exits.none, expect.stringContaining('553 5.1.3 the local part')])
    expect((await captured(postern, 'bob@there.test')).to).toEqual(['bob@there.test'])
    expect((await swaks(postern, '--to', 'a..b@there.test')).exit).toBe(exits.recipient)
  })

  it('is refused 20 MB more than the limit with 552, and nothing is kept of it', async () => {
    const postern = await running()
    const line = `${'x'.repeat(990)}\n`
    const huge = file(`Subject: huge\n\n${line.repeat(60_600)}`)
    const { exit, said } = await swaks(postern, '--to', 'bob@there.test', '--data', `@${huge}`)
    expect([exit, said]).toEqual([exits.data, expect.stringContaining('552 5.3.4')])
    const listed = (await (await fetch(`${postern.url}/emails`)).json()) as { data: unknown[] }
    expect(listed.data).toEqual([])
  })

  it('submits under a Resend-Idempotency-Key once', async () => {
    const postern = await running()
    const args = ['--to', 'once@there.test', '--body', 'Thank you', '--header', 'Subject: Order']
    const key = ['--header', 'Resend-Idempotency-Key: order-1']
    const ids = [await swaks(postern, ...args, ...key), await swaks(postern, ...args, ...key)].map(
      ({ said }) => /accepted (\S{36})/.exec(said)![1],
    )
    expect(ids[0]).toBe(ids[1])
    const other = await swaks(postern, '--to', 'once@there.test', '--body', 'Other', ...key)
    expect([other.exit, other.said]).toEqual([exits.data, expect.stringContaining('554 5.5.0')])
    expect((await captured(postern, 'once@there.test')).count).toBe(1)
  })

  it.each([
    ['no header', '\nonly a body\n', 'only a body'],
    ['a header that is none', 'this is: no : header\n=?x?q?\n\nbody\n', 'body'],
    [
      'a part that never ends',
      'Content-Type: multipart/mixed; boundary=b\n\n--b\n\nbody\n',
      'body',
    ],
  ])('submits what is malformed by %s, and it is kept and shown', async (_what, data, words) => {
    const postern = await running()
    const { exit } = await swaks(postern, '--to', 'bob@there.test', '--data', `@${file(data)}`)
    expect(exit).toBe(exits.none)
    const { bytes } = await captured(postern, 'bob@there.test')
    expect(bytes.toString()).toContain(words)
    const list = await fetch(`${postern.url}/v1/captures`)
    const { data: all } = (await list.json()) as { data: { id: string }[] }
    const view: unknown = await (await fetch(`${postern.url}/v1/captures/${all[0]!.id}`)).json()
    expect(JSON.stringify(view)).toContain(words)
  })

  it.each(['PLAIN', 'LOGIN'])('logs in with %s and an API key, once there is one', async (how) => {
    const postern = await running()
    const body = JSON.stringify({ name: 'swaks' })
    const made = await fetch(`${postern.url}/api-keys`, { method: 'POST', body })
    const { token } = (await made.json()) as { token: string }
    const to = ['--to', 'bob@there.test']
    const auth = (password: string) => [
      ...to,
      '--auth',
      how,
      '--auth-user',
      'anybody',
      '--auth-password',
      password,
    ]
    expect((await swaks(postern, ...to)).said).toContain('530 5.7.0 authentication required')
    expect((await swaks(postern, ...auth('re_wrong'))).exit).toBe(exits.auth)
    expect((await swaks(postern, ...auth(token))).exit).toBe(exits.none)
    const headers = { authorization: `Bearer ${token}` }
    expect((await captured(postern, 'bob@there.test', headers)).count).toBe(1)
  })
})
