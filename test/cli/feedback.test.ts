import { describe, expect, it, onTestFinished } from 'vitest'
import { runCommand, startHere } from './run-command.ts'

async function start(options: Parameters<typeof startHere>[0] = {}) {
  const postern = await startHere(options)
  onTestFinished(() => postern.stop())
  return postern
}

const mail = 'From: ann@example.org\nSubject: Hello\n\nWho are you?\n'

describe('postern feedback', () => {
  it('takes an email from a pipe, and keeps what it does not understand', async () => {
    const { url, run } = await start()
    const { code, out } = await runCommand(['feedback', '--to', 'b@own.test'], { url, input: mail })
    expect([code, out]).toEqual([0, expect.stringMatching(/^kept as .*: it has no report/)])
    const listed = await run('feedback', 'list')
    expect(listed.out).toMatch(/ann@example\.org\s+Hello/)
    const [, id] = /kept as (\S+):/.exec(out)!
    expect(await run('feedback', 'remove', id!)).toMatchObject({ code: 0, out: 'removed\n' })
    expect((await run('feedback', 'list')).out).toContain('nothing came back')
  })

  it.each([
    [65, 'is no email', ''],
    [65, 'is too large', 'x'.repeat(10_000_001)],
  ])('ends with %i for what %s, which no later try would mend', async (code, _, input) => {
    const { url } = await start()
    expect(await runCommand(['feedback'], { url, input })).toMatchObject({ code })
  })

  it('ends with 75 while Postern cannot be reached or has no key, so that the email waits', async () => {
    const nowhere = 'http://127.0.0.1:9'
    expect(await runCommand(['feedback'], { url: nowhere, input: mail })).toMatchObject({
      code: 75,
    })
    const { url } = await start({ host: '127.0.0.1' })
    const env = { POSTERN_API_KEY: 're_unknown' }
    await runCommand(['keys', 'create', 'any'], { url })
    expect(await runCommand(['feedback'], { url, env, input: mail })).toMatchObject({ code: 75 })
  })

  it('ends with 2 at a terminal, where no email comes', async () => {
    const { url } = await start()
    expect(await runCommand(['feedback'], { url, atTerminal: true })).toMatchObject({ code: 2 })
  })
})
