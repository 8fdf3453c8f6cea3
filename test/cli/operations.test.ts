import { describe, expect, it, onTestFinished } from 'vitest'
import { jobOf } from '../../mail/email/job.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { anEmail } from '../conformance/email-samples.ts'
import { runCommand, startHere } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

async function start() {
  const postern = await startHere()
  onTestFinished(() => postern.stop())
  return postern
}

/** An email that was given up, with its letter; the id of the email. */
async function givenUp({ emails, queue, clock }: Postern): Promise<string> {
  const email = anEmail({ dueAt: clock.now() })
  await emails.create(email)
  const claim = await emails.claim(email.id, clock.now(), 60)
  if (claim.kind !== 'claimed') throw new Error(claim.kind)
  const recipients = [{ address: 'ann@example.org', state: 'failed' as const }]
  const change = { state: 'failed' as const, recipients, settledAt: clock.now() }
  await emails.settle(email.id, claim.claim, change)
  await queue.bury(jobOf(email), 'out of time')
  return email.id
}

describe('postern dead-letters', () => {
  it('lists letters and puts the emails of all of them back', async () => {
    const { run, postern } = await start()
    const ids = [await givenUp(postern), await givenUp(postern)]
    const { out } = await run('dead-letters', 'list')
    for (const id of ids) expect(out).toContain(id)
    expect(out).toContain('out of time')
    expect(await run('dead-letters', 'redrive', '--all')).toMatchObject({ code: 0 })
    expect(await run('dead-letters', 'list')).toEqual({
      code: 0,
      out: 'no dead letters\n',
      err: '',
    })
    expect((await postern.emails.get(ids[0]!, '*'))?.timeline.at(1)?.what).toBe('retried')
  })

  it('puts back those that were named, and ends with 1 when one cannot be', async () => {
    const { run, postern } = await start()
    const [id] = [await givenUp(postern), await givenUp(postern)]
    const { data } = JSON.parse((await run('dead-letters', 'list', '--json')).out) as {
      data: { id: string; email_id: string }[]
    }
    const letter = data.find(({ email_id }) => email_id === id)!.id
    const ran = await run('dead-letters', 'redrive', letter, 'nosuch')
    expect(ran.code).toBe(1)
    expect(ran.out).toMatch(new RegExp(`${letter}\tyes`))
    expect(ran.out).toMatch(/nosuch\s+no\s+there is no such/)
    expect((await run('dead-letters', 'list')).out).not.toContain(letter)
  })

  it('removes a letter', async () => {
    const { run, postern } = await start()
    await givenUp(postern)
    const [letter] = (await postern.deadLetters.list({ scope: '*', limit: 1 })).data
    expect(await run('dead-letters', 'remove', letter!.id)).toMatchObject({ code: 0 })
    expect(await run('dead-letters', 'remove', letter!.id)).toMatchObject({ code: 1 })
  })
})

describe('postern queue', () => {
  it('tells what waits', async () => {
    const { run, postern } = await start()
    await givenUp(postern)
    expect((await run('queue')).out).toMatch(/dead letters\s+1/)
    expect(JSON.parse((await run('queue', '--json')).out)).toMatchObject({
      depth: 0,
      deadLetters: 1,
    })
  })
})

describe('postern queue pause', () => {
  it('lets a stream wait, over a restart too, and resume lets it go at once', async () => {
    const directory = temporaryDirectory()
    const first = await startHere({ directory })
    const { run } = first
    const paused = await run('queue', 'pause', 'bulk', '--reason', 'the wrong list')
    expect(paused.out).toMatch(/paused: bulk\s.*by local, since .*, the wrong list/)
    const email = ['--from', 'a@own.test', '--to', 'b@there.test', '--subject', 'Hi', '--text', 'x']
    await run('send', ...email, '--stream', 'bulk')
    await run('send', ...email)
    await expect.poll(async () => (await first.postern.captures.count('*')).total).toBe(1)
    expect((await run('queue')).out).toMatch(/bulk\s+20 %\s+(-|0 %)\s+1\s+0\s+\d+\s+yes/)
    expect(await run('status')).toMatchObject({
      code: 1,
      out: expect.stringContaining('the wrong list') as string,
    })
    await first.stop()

    const again = await startHere({ directory })
    onTestFinished(() => again.stop())
    const [held] = (await again.postern.emails.list({ scope: '*', state: 'queued', limit: 2 })).data
    expect(held).toMatchObject({ stream: 'bulk', attempts: 0, timeline: [{ what: 'accepted' }] })
    expect(await again.run('queue', 'pause', 'bulk')).toMatchObject({ code: 1 })
    expect((await again.run('queue', 'resume', 'bulk')).out).toBe('nothing is paused\n')
    await expect.poll(async () => (await again.postern.captures.count('*')).total).toBe(2)
  })
})

describe('--stream', () => {
  const email = ['--from', 'a@own.test', '--to', 'b@there.test', '--subject', 'Hi', '--text', 'x']

  it('names the stream of what is sent, and of what is listed', async () => {
    const { run } = await start()
    for (const stream of ['bulk', 'transactional']) await run('send', ...email, '--stream', stream)
    const { out } = await run('emails', 'list', '--stream', 'bulk', '--json')
    const { data } = JSON.parse(out) as { data: { stream: string }[] }
    expect(data.map(({ stream }) => stream)).toEqual(['bulk'])
    const all = JSON.parse((await run('emails', 'list', '--json')).out) as { data: object[] }
    expect(all.data).toHaveLength(2)
  })

  it('names the stream of all that a key sends without one', async () => {
    const { run, url, postern } = await start()
    const me = { url, env: { POSTERN_API_KEY: (await run('keys', 'create', 'me')).out.trim() } }
    const wish = ['keys', 'create', 'news', '--sending', '--stream', 'bulk']
    const news = (await runCommand(wish, me)).out.trim()
    await runCommand(['send', ...email], { url, env: { POSTERN_API_KEY: news } })
    const { data } = await postern.emails.list({ scope: '*', limit: 5 })
    expect(data.map(({ stream }) => stream)).toEqual(['bulk'])
  })

  it.each([
    ['send', ...email],
    ['emails', 'list'],
    ['keys', 'create', 'news', '--sending'],
  ])('is refused by name where there is no such stream: postern %s', async (...words) => {
    const { run, postern } = await start()
    const { code, err } = await run(...words, '--stream', 'urgent')
    expect(code).toBeGreaterThan(0)
    expect(err).toMatch(/stream.*must be transactional or bulk/i)
    expect((await postern.emails.list({ scope: '*', limit: 5 })).data).toEqual([])
  })
})

describe('postern stats', () => {
  it('tells what settled, hour by hour', async () => {
    const { run, postern } = await start()
    expect((await run('stats')).out).toBe('nothing settled\n')
    await givenUp(postern)
    const { out } = await run('stats', '--hours', '2')
    expect(out).toMatch(/HOUR\tFAILED\n\d{4}-\S+\t1\nall\t1\n/)
    expect((await run('stats', '--hours', '721')).code).toBe(1)
  })
})

describe('postern captures release', () => {
  it('says why nothing can be sent, and sends to whom you choose', async () => {
    const { run, postern } = await start()
    const mail = ['--from', 'a@own.test', '--to', 'b@there.test', '--subject', 'Hi', '--text', 'x']
    await run('send', ...mail)
    const waited = await run('captures', 'wait', '--json')
    const { id } = JSON.parse(waited.out) as { id: string }
    const refused = await run('captures', 'release', id, '--to', 'me@own.test')
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('name an engine')])
    const released = await run('captures', 'release', id, '--to', 'me@own.test', '--engine', 'smtp')
    expect(released.code).toBe(0)
    const email = await postern.emails.get(/accepted as (\S+)/.exec(released.out)![1]!, '*')
    expect(email).toMatchObject({ engine: 'smtp', recipients: [{ address: 'me@own.test' }] })
  })

  it('is found by its words', async () => {
    const { run } = await start()
    for (const word of ['receipt', 'reminder'])
      await run(
        ...['send', '--from', 'a@own.test', '--to', 'b@there.test'],
        ...['--subject', 'Hi', '--text', `Your ${word}`],
      )
    await expect
      .poll(async () => (await run('captures', 'list', '--json')).out.match(/"email_id"/g))
      .toHaveLength(2)
    const { data } = JSON.parse((await run('captures', 'list', '--q', 'rece', '--json')).out) as {
      data: object[]
    }
    expect(data).toHaveLength(1)
  })
})
