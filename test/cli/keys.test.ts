import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCommand, startHere, type Ran } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

interface Made {
  readonly id: string
  readonly token: string
}

async function start(directory?: string) {
  const postern = await startHere(directory === undefined ? {} : { directory })
  onTestFinished(() => postern.stop())
  const as =
    (token: string) =>
    (...words: string[]) =>
      runCommand(words, { url: postern.url, env: { POSTERN_API_KEY: token } })
  return { ...postern, as }
}

/** A Postern that has a key, and its command line with that key. */
async function startGuarded() {
  const postern = await start()
  const { out } = await postern.run('keys', 'create', 'me')
  return { ...postern, run: postern.as(out.trim()) }
}

function json<T>({ code, out }: Ran): T {
  expect(code).toBe(0)
  return JSON.parse(out) as T
}

describe('postern keys create', () => {
  it('prints the key and nothing else, and says that the first one ends open access', async () => {
    const { run, as, log } = await start()
    const first = await run('keys', 'create', 'me')
    expect(first.code).toBe(0)
    expect(first.out).toMatch(/^re_[\w-]{43}\n$/)
    expect(first.err).toMatch(/only time[^]*requires one[^]*export POSTERN_API_KEY=/)
    expect(first.err + log()).not.toContain(first.out.trim())
    expect(await run('keys', 'list')).toMatchObject({ code: 1, out: '' })
    const second = await as(first.out.trim())('keys', 'create', 'other')
    expect(second.err).toMatch(/only time/)
    expect(second.err).not.toMatch(/without a key/)
  })

  it('makes what the options ask for', async () => {
    const { run, as } = await startGuarded()
    const { token } = json<Made>(
      await run('keys', 'create', 'shop', '--domain', 'Shop.Test', '--capture', '--json'),
    )
    await run('keys', 'create', 'app', '--sending')
    const { data } = json<{ data: object[] }>(await run('keys', 'list', '--json'))
    expect(data).toMatchObject([
      { name: 'app', permission: 'sending_access', domain: null, capture: false },
      { name: 'shop', permission: 'sending_access', domain: 'shop.test', capture: true },
      { name: 'me', permission: 'full_access', domain: null, capture: false },
    ])
    expect((await as(token)('keys', 'list')).err).toContain('restricted to only send')
  })

  it('ends with 1 and the rule when the server refuses', async () => {
    const { run } = await startGuarded()
    const refused = await run('keys', 'create', 'x', '--domain', 'a@b.test')
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toContain('`domain`')
  })
})

describe('postern keys list and revoke', () => {
  it('lists the keys, and revokes one', async () => {
    const { run, as } = await startGuarded()
    const { id, token } = json<Made>(await run('keys', 'create', 'old', '--json'))
    expect((await run('keys', 'list')).out).toMatch(
      new RegExp(`${id}\told\tfull_access\t\\*\t-\tno\t`),
    )
    expect((await run('keys', 'list', '--limit', '1')).out).toContain(`more: --after ${id}`)
    expect(await run('keys', 'revoke', id)).toEqual({ code: 0, out: `revoked ${id}\n`, err: '' })
    expect((await as(token)('keys', 'list')).code).toBe(1)
    expect(await run('keys', 'revoke', id)).toMatchObject({
      code: 1,
      err: expect.stringContaining('API key not found') as string,
    })
  })

  it('says when there are none', async () => {
    const { run } = await start()
    expect(await run('keys', 'list')).toEqual({ code: 0, out: 'no keys\n', err: '' })
  })
})

describe('postern keys create --data', () => {
  it('lets the owner of the data back in after the last key was lost', async () => {
    const directory = temporaryDirectory()
    const before = await start(directory)
    await before.run('keys', 'create', 'lost')
    const offline = ['keys', 'create', 'me', '--data', directory]
    const busy = await runCommand(offline)
    expect(busy).toMatchObject({ code: 1, out: '' })
    expect(busy.err).toContain('in use by another process')
    await before.stop()
    const { out } = await runCommand(offline)
    const { as } = await start(directory)
    const { data } = json<{ data: object[] }>(await as(out.trim())('keys', 'list', '--json'))
    expect(data).toMatchObject([
      { name: 'me', permission: 'full_access' },
      { name: 'lost', permission: 'full_access' },
    ])
  })

  it('ends with 2 where there is no Postern, and makes none', async () => {
    const directory = join(temporaryDirectory(), 'typo')
    const ran = await runCommand(['keys', 'create', 'me', '--data', directory])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(existsSync(directory)).toBe(false)
  })

  it.each([
    [['me', '--sending'], 'cannot be used with'],
    [['two\nlines'], 'one line'],
  ])('ends with 2 for %o', async (words, why) => {
    const ran = await runCommand(['keys', 'create', ...words, '--data', temporaryDirectory()])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain(why)
  })
})

describe('postern audit', () => {
  it('shows the first key too, which Postern made itself', async () => {
    let key = ''
    const env = { POSTERN_HOSTS: 'mail.own.test' }
    const { url, stop } = await startHere({ env, showKey: (token) => (key = token) })
    onTestFinished(() => stop())
    const { out } = await runCommand(['audit'], { url, env: { POSTERN_API_KEY: key } })
    expect(out).toMatch(/^TIME\tBY\tWHAT\tOUTCOME\tABOUT\n\S+\tstart\tkey.created\tdone\t\S+\n$/)
  })
})
