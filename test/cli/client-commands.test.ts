import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCommand, startHere, type Ran } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const hello = ['--from', 'me@own.test', '--to', 'you@there.test', '--subject', 'Hello']

async function start(options: Parameters<typeof startHere>[0] = {}) {
  const postern = await startHere(options)
  onTestFinished(() => postern.stop())
  return postern
}

function json<T>({ code, out, err }: Ran): T {
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as T
}

describe('postern send', () => {
  it('sends text, HTML from a file and attachments, and the capture has all of it', async () => {
    const { run } = await start()
    const directory = temporaryDirectory()
    const [page, file] = [join(directory, 'page.html'), join(directory, 'data.csv')]
    writeFileSync(page, '<p>Really <a href="https://own.test/x">works</a></p>')
    writeFileSync(file, 'a,b\n1,2\n')
    const more = ['--text', 'It works.', '--html-file', page, '--attach', file, '--json']
    const { id } = json<{ id: string }>(await run('send', ...hello, ...more))
    expect(json(await run('captures', 'wait', '--to', 'you@there.test', '--json'))).toMatchObject({
      id,
      text: expect.stringContaining('It works.') as string,
      links: ['https://own.test/x'],
      attachments: [{ filename: 'data.csv', size: 8 }],
    })
  })

  it('reads the text from standard input when it is given in no other way', async () => {
    const { run, url } = await start()
    await runCommand(['send', ...hello], { url, input: 'piped in\n' })
    const { out } = await run('captures', 'wait', '--to', 'you@there.test')
    expect(out).toContain('piped in')
  })

  it.each([
    ['no recipient', ['--subject', 'x', '--text', 'x']],
    ['no body', hello],
    ['a file that is not there', [...hello, '--text', 'x', '--attach', '/nowhere/file']],
    ['HTML twice', [...hello, '--html', 'x', '--html-file', 'x']],
    ['an option that there is not', [...hello, '--txt', 'x']],
  ])('ends with 2 for %s, before anything is sent', async (_what, words) => {
    const { run } = await start()
    expect(await run('send', ...words)).toMatchObject({ code: 2, out: '' })
    expect(json(await run('emails', 'list', '--json'))).toEqual({ data: [], has_more: false })
  })

  it('ends with 1 and the reason when the server refuses', async () => {
    const { run } = await start()
    const ran = await run(
      'send',
      '--from',
      'me@own.test',
      '--to',
      'you@@x',
      '--subject',
      's',
      '--text',
      't',
    )
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toContain('more than one @')
  })
})

describe('postern send FILE.eml', () => {
  const eml =
    'From: Ann <me@own.test>\nTo: you@there.test\nBcc: hidden@there.test\nSubject: Zoë\n\nIt works.\n'

  function file(text = eml): string {
    const path = join(temporaryDirectory(), 'mail.eml')
    writeFileSync(path, text)
    return path
  }

  async function sent({ run, postern }: Awaited<ReturnType<typeof start>>, ...words: string[]) {
    const { id } = json<{ id: string }>(await run('send', ...words, '--json'))
    return (await postern.emails.get(id, '*'))!
  }

  it('sends the email as it is, to whom its header names', async () => {
    const here = await start()
    const email = await sent(here, file(), '--stream', 'bulk')
    expect(email).toMatchObject({ subject: 'Zoë', stream: 'bulk', from: { name: 'Ann' } })
    const names = email.recipients.map(({ address }) => address)
    expect(names).toEqual(['you@there.test', 'hidden@there.test'])
    const { out } = await here.run('captures', 'wait', '--to', 'you@there.test')
    expect(out).toContain('It works.')
  })

  it('sends it to others, and lets bounces go elsewhere, when it is told to', async () => {
    const words = [file(), '--to', 'Bob <bob@there.test>', 'zoë@there.test']
    const email = await sent(await start(), ...words, '--from', 'bounces@own.test')
    expect(email).toMatchObject({
      envelopeFrom: 'bounces@own.test',
      bcc: [{ address: 'bob@there.test' }, { address: 'zoë@there.test' }],
    })
  })

  it('reads it from standard input, and sends it once for one idempotency key', async () => {
    const { url, postern } = await start()
    const words = ['send', '-', '--idempotency-key', 'invoice-1']
    const first = await runCommand(words, { url, input: eml })
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^accepted /) as string })
    expect(await runCommand(words, { url, input: eml })).toEqual(first)
    expect((await postern.emails.list({ scope: '*', limit: 5 })).data).toHaveLength(1)
  })

  it.each([
    ['a file that is not there', () => ['/nowhere/mail.eml'], /ENOENT/],
    ['an empty file', () => [file('')], /empty/],
    ['a subject as well', () => [file(), '--subject', 'x'], /--subject does not go with a file/],
    ['a file of HTML as well', () => [file(), '--html-file', 'x'], /--html-file does not go/],
    ['a line break', () => [file(), '--to', 'a@b.test\nBcc: c@d.test'], /line break/],
  ])('ends with 2 for %s, before anything is sent', async (_what, words, reason) => {
    const { run, postern } = await start()
    expect(await run('send', ...words())).toMatchObject({
      code: 2,
      err: expect.stringMatching(reason) as string,
    })
    expect((await postern.emails.list({ scope: '*', limit: 5 })).data).toEqual([])
  })

  it('ends with 1, the field and the rule when it names no one', async () => {
    const { run } = await start()
    const ran = await run('send', file('From: me@own.test\nSubject: x\n\nHi\n'))
    expect([ran.code, ran.err]).toEqual([1, expect.stringContaining('To: no one is named')])
  })
})

describe('postern captures check', () => {
  it('says what is wrong, and ends with 1 from the severity on that it is told', async () => {
    const { run } = await start()
    const checked = async (html: string, ...words: string[]) => {
      await run('captures', 'clear', '--yes')
      await run('send', ...hello, '--html', html)
      await run('captures', 'wait', '--to', 'you@there.test')
      const { data } = json<{ data: { id: string }[] }>(await run('captures', 'list', '--json'))
      return run('captures', 'check', data[0]!.id, ...words)
    }
    const bad = await checked('<img src="https://own.test/a.png">')
    expect(bad).toMatchObject({ code: 1, err: expect.stringMatching(/1 finding is/) as string })
    expect(bad.out).toMatch(/^error html:1:1 html\.alt: A picture has no alt/)
    const fine = '<html lang="en" dir="ltr"><title>Hello</title><b>Hello</b></html>'
    expect((await checked(fine)).code).toBe(0)
    expect((await checked(fine, '--fail-on', 'note')).code).toBe(1)
    expect(json(await checked(fine, '--json'))).toMatchObject({ links: null })
    expect((await checked(fine, '--fail-on', 'often')).code).toBe(2)
  })
})

describe('postern emails', () => {
  it('show names the sender that was used, where settings chose another', async () => {
    const from = { address: 'no-reply@own.test' }
    const env = { POSTERN_DEFAULTS: JSON.stringify({ from, fromPolicy: 'default' }) }
    const { run } = await start({ env })
    for (const [words, used] of [
      [['--from', 'ann@own.test'], true],
      [['--from', from.address], false],
    ] as const) {
      const more = ['--to', 'you@there.test', '--subject', 'x', '--text', 'x', '--json']
      const { id } = json<{ id: string }>(await run('send', ...words, ...more))
      await expect.poll(async () => (await run('emails', 'show', id)).out).toContain('captured')
      const { out } = await run('emails', 'show', id)
      expect(out.includes('left from: no-reply@own.test')).toBe(used)
    }
  })
})

describe('postern captures', () => {
  it('wait ends with 1 when none comes in time, and as soon as one comes', async () => {
    const { run } = await start()
    const none = await run('captures', 'wait', '--to', 'you@there.test', '--timeout', '0.05')
    expect(none).toMatchObject({ code: 1, out: '' })
    const waiting = run('captures', 'wait', '--subject', 'ello', '--timeout', '20')
    await run('send', ...hello, '--text', 'x')
    expect(await waiting).toMatchObject({ code: 0 })
  })

  it('wait with --since shows the next one, by an id or by a time, never one that was there', async () => {
    const { run } = await start()
    const next = (...since: string[]) =>
      run('captures', 'wait', '--to', 'you@there.test', '--json', ...since)
    const idOf = async (ran: Promise<Ran>) => json<{ id: string }>(await ran).id
    const sendOne = () => idOf(run('send', ...hello, '--text', 'x', '--json'))
    const first = await sendOne()
    expect(await idOf(next())).toBe(first)
    const waiting = next('--since', first)
    const second = await sendOne()
    expect(await idOf(waiting)).toBe(second)
    await sendOne()
    await run('captures', 'list')
    expect(await idOf(next('--since', first))).toBe(second)
    const later = new Date(Date.now() + 3_600_000).toISOString()
    const none = await next('--since', later, '--timeout', '0.05')
    expect(none).toMatchObject({ code: 1, out: '' })
    expect(await idOf(next('--since', '2026-01-01T00:00:00Z'))).toBe(first)
    expect(await next('--since', 'yesterday')).toMatchObject({
      code: 1,
      err: expect.stringContaining('`since`') as string,
    })
  })

  it('clear asks at a terminal before it removes all', async () => {
    const { run, url } = await start()
    await run('send', ...hello, '--text', 'x')
    await run('captures', 'wait', '--to', 'you@there.test')
    const clear = (input: string, ...more: string[]) =>
      runCommand(['captures', 'clear', ...more], { url, input, atTerminal: true })
    for (const input of ['n\n', '\n', ''])
      expect(await clear(input)).toMatchObject({
        code: 1,
        err: expect.stringMatching(/Remove all captures\? .*nothing was removed/s) as string,
      })
    expect(await clear('y\n')).toMatchObject({ code: 0, out: 'removed 1\n' })
    expect(await clear('', '--yes')).toMatchObject({ code: 0, out: 'removed 0\n' })
  })

  it('list, show and clear', async () => {
    const { run } = await start()
    for (const subject of ['one', 'two'])
      await run(
        'send',
        '--from',
        'a@own.test',
        '--to',
        `${subject}@there.test`,
        '--subject',
        subject,
        '--text',
        'x',
      )
    await run('captures', 'wait', '--to', 'one@there.test')
    await run('captures', 'wait', '--to', 'two@there.test')
    const { data } = json<{ data: { id: string; subject: string }[] }>(
      await run('captures', 'list', '--json'),
    )
    expect(data.map(({ subject }) => subject).sort()).toEqual(['one', 'two'])
    expect(await run('captures', 'clear', data[0]!.id)).toMatchObject({ code: 0 })
    expect(await run('captures', 'show', data[0]!.id)).toMatchObject({ code: 1 })
    expect(json(await run('captures', 'clear', '--json'))).toEqual({ deleted: 1 })
    expect(await run('captures', 'list')).toEqual({ code: 0, out: 'no captures\n', err: '' })
  })

  it('shows hostile text without what a terminal would obey', async () => {
    const { run } = await start()
    const text = 'safe \u001b]0;title\u0007 \u001b[31mred \u009b2J \u202eback'
    await run('send', ...hello, '--text', text)
    const shown = await run('captures', 'wait', '--to', 'you@there.test')
    const asJson = await run('captures', 'wait', '--to', 'you@there.test', '--json')
    for (const { out } of [shown, asJson]) {
      expect(out).toContain('safe')
      expect(out).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202e]/)
    }
    expect(json<{ text: string }>(asJson).text.trim()).toBe(text)
  })
})

describe('postern emails', () => {
  it('lists by state and shows the timeline', async () => {
    const { run } = await start()
    const { id } = json<{ id: string }>(await run('send', ...hello, '--text', 'x', '--json'))
    await run('captures', 'wait', '--to', 'you@there.test')
    const { out } = await run('emails', 'list', '--q', 'you@there.test')
    expect(out).toContain(id)
    expect((await run('emails', 'list', '--state', 'held')).out).toBe('no emails\n')
    expect((await run('emails', 'list', '--state', 'lost')).code).toBe(1)
    expect(json(await run('emails', 'show', id, '--json'))).toMatchObject({ id, subject: 'Hello' })
    expect((await run('emails', 'show', id)).out).toMatch(/you@there\.test[^]*accepted/)
  })

  it('retry and cancel end with 1 where the state does not allow it', async () => {
    const { run } = await start()
    const { id } = json<{ id: string }>(await run('send', ...hello, '--text', 'x', '--json'))
    await run('captures', 'wait', '--to', 'you@there.test')
    for (const action of ['retry', 'cancel'])
      expect(await run('emails', action, id)).toMatchObject({
        code: 1,
        err: expect.stringContaining('Not possible') as string,
      })
  })

  it('cancel stops one that waits for its time', async () => {
    const { run, url } = await start()
    const scheduled_at = new Date(Date.now() + 3_600_000).toISOString()
    const email = { from: 'me@own.test', to: 'you@there.test', subject: 'Later', text: 'x' }
    const body = JSON.stringify({ ...email, scheduled_at })
    const answer = await fetch(`${url}/emails`, { method: 'POST', body })
    const { id } = (await answer.json()) as { id: string }
    expect(json(await run('emails', 'cancel', id, '--json'))).toMatchObject({ state: 'canceled' })
  })
})

describe('postern status', () => {
  it('ends with 0 while all is well, and with 1 when a person should look', async () => {
    const { run } = await start()
    expect(json(await run('status', '--json'))).toMatchObject({
      status: 'ok',
      mailer: { valid: true },
    })
    await run('settings', 'set', 'engine=smtp', 'smtp.host=127.0.0.1', 'smtp.port=1', '--force')
    const { code, out } = await run('status')
    expect(code).toBe(1)
    expect(out).toMatch(/degraded[^]*not verified/)
  })

  it('ends with 3 where nothing listens, naming the address', async () => {
    const { url, run, stop } = await startHere()
    await stop()
    const ran = await run('status')
    expect(ran).toMatchObject({ code: 3, out: '' })
    expect(ran.err).toContain(url)
  })
})

describe('postern', () => {
  it('shows the key of the environment, and says why without one', async () => {
    const shown: string[] = []
    const postern = await startHere({ host: '0.0.0.0', showKey: (key) => void shown.push(key) })
    onTestFinished(() => postern.stop())
    expect(await postern.run('emails', 'list')).toMatchObject({ code: 1, out: '' })
    const env = { POSTERN_API_KEY: shown[0]! }
    expect(await runCommand(['emails', 'list'], { url: postern.url, env })).toMatchObject({
      code: 0,
    })
  })

  it('takes --url over the environment, and refuses what is none', async () => {
    const { url } = await start()
    const elsewhere = { url: 'http://127.0.0.1:1' }
    expect(await runCommand(['--url', url, 'status'], elsewhere)).toMatchObject({ code: 0 })
    expect(await runCommand(['status', '--url', url], elsewhere)).toMatchObject({ code: 0 })
    expect(await runCommand(['status', '--url', 'localhost:8025'])).toMatchObject({ code: 2 })
  })

  it.each([
    [''],
    ['start'],
    ['send'],
    ['status'],
    ['doctor'],
    ['test-email'],
    ['settings'],
    ['captures'],
    ['emails'],
    ['queue'],
    ['dead-letters'],
    ['stats'],
    ['keys'],
  ])('explains itself: %s --help has examples and exit codes', async (...words) => {
    const { code, out } = await runCommand([...words.filter(Boolean), '--help'])
    expect(code).toBe(0)
    expect(out).toContain('Examples:')
    expect(out).toMatch(/exit/i)
  })

  it.each([
    ['unknown'],
    ['captures', 'wait', '--timeout', 'soon'],
    ['emails', 'show'],
    ['dead-letters', 'redrive'],
    ['dead-letters', 'redrive', '--all', 'x'],
  ])('ends with 2 for %s', async (...words) => {
    const ran = await runCommand(words)
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).not.toBe('')
  })
})
