import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { executable, node } from './postern-process.ts'
import { runCommand, startHere } from './run-command.ts'

const hasScript = spawnSync('script', ['--version']).status === 0

async function start(options: Parameters<typeof startHere>[0] = {}) {
  const running = await startHere(options)
  onTestFinished(() => running.stop())
  const { directory, postern, run } = running
  const get = async (key: string) => (await run('settings', 'get', key)).out.trim()
  const files = () =>
    ['settings.json', 'secrets.json'].map((name) => readFileSync(join(directory, name), 'utf8'))
  const secrets = async () =>
    postern.settings.readSecrets((await postern.inForce.current()).settings.secrets)
  return { ...running, get, files, secrets }
}

describe('postern settings set', () => {
  it('changes several at once, JSON where that fits and text otherwise', async () => {
    const { run, get } = await start()
    const ran = await run(
      'settings',
      'set',
      'from.name=42',
      'smtp.port=2525',
      'safety.allow=["@own.test"]',
    )
    expect(ran).toEqual({ code: 0, out: 'saved\n', err: '' })
    expect(await get('from.name')).toBe('42')
    expect(await get('smtp.port')).toBe('2525')
    expect(await get('safety.allow')).toBe('["@own.test"]')
    await run('settings', 'set', 'safety.allow=@own.test, ann@there.test')
    expect(await get('safety.allow')).toBe('["@own.test","ann@there.test"]')
    await run('settings', 'set', 'safety.allow', '@own.test')
    expect(await get('safety.allow')).toBe('["@own.test"]')
    await run('settings', 'set', 'safety.allow', 'null')
    expect(await get('safety.allow')).toBe('-')
    expect(await get('smtp.port')).toBe('2525')
  })

  it('sets a header by its name', async () => {
    const { run } = await start()
    await run('settings', 'set', 'headers.X-Mailed-By=postern')
    const { out } = await run('settings', 'get', 'headers', '--json')
    expect(JSON.parse(out)).toEqual({ 'X-Mailed-By': 'postern' })
  })

  it('ends with 1 for a value that the rules forbid, naming key and rule, and changes nothing', async () => {
    const { run, get } = await start()
    const ran = await run('settings', 'set', 'smtp.port=70000', 'from.name=New')
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toContain('smtp.port')
    expect(await get('from.name')).toBe('-')
  })

  it.each([['smtp.prot=1'], ['secrets.smtp=1'], ['port', '1'], ['smtp.port']])(
    'ends with 2 for %s',
    async (...words) => {
      const { run } = await start()
      expect(await run('settings', 'set', ...words)).toMatchObject({ code: 2, out: '' })
    },
  )

  it('ends with 1 for a locked key, and show tells that it is', async () => {
    const { run } = await start({ env: { POSTERN_LOCKS: '{"engine":"noop"}' } })
    const ran = await run('settings', 'set', 'engine=smtp')
    expect(ran).toMatchObject({ code: 1 })
    expect(ran.err).toContain('locked')
    expect((await run('settings', 'show')).out).toMatch(/engine\s+noop\s+locked/)
  })

  it('saves over a document that is broken only when forced to', async () => {
    const { run, directory } = await start()
    const file = join(directory, 'settings.json')
    writeFileSync(file, '{"from":')
    const ran = await run('settings', 'set', 'from.name=New')
    expect(ran).toMatchObject({ code: 1 })
    expect(ran.err).toContain('settings.json')
    expect(readFileSync(file, 'utf8')).toBe('{"from":')
    expect(await run('settings', 'set', 'from.name=New', '--force')).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ from: { name: 'New' } })
  })

  it('does not overwrite what someone else saved in between', async () => {
    const { url, run, get } = await start()
    await run('settings', 'set', 'from.name=First')
    const version = async () => {
      const answer = await fetch(`${url}/v1/settings`)
      return ((await answer.json()) as { version: string }).version
    }
    const old = await version()
    await run('settings', 'set', 'from.name=Second')
    const body = JSON.stringify({ settings: { from: { name: 'Third' } }, version: old })
    expect((await fetch(`${url}/v1/settings`, { method: 'PUT', body })).status).toBe(409)
    expect(await get('from.name')).toBe('Second')
  })
})

describe('secrets', () => {
  it('come from standard input, without its last line break', async () => {
    const { url, secrets, run, files } = await start()
    const ran = await runCommand(['settings', 'set', 'smtp.password'], { url, input: 'hunter 2\n' })
    expect(ran).toEqual({ code: 0, out: 'saved\n', err: '' })
    expect(await secrets()).toEqual({ 'smtp.password': 'hunter 2' })
    const [document, vault] = files()
    expect(document).not.toContain('hunter')
    expect(vault).toContain('hunter')
    expect((await run('settings', 'show')).out).toMatch(/smtp\.password\s+\(secret, version 1\)/)
  })

  it('are asked for at a terminal without an echo, together with what they belong to', async () => {
    const { url, secrets, get } = await start()
    const words = [
      'settings',
      'set',
      'smtp.host=mail.own.test',
      'smtp.username=me',
      'smtp.password',
    ]
    const ran = await runCommand(words, { url, input: 'hunter2\r', atTerminal: true })
    expect(ran).toEqual({ code: 0, out: 'saved\n', err: 'smtp.password: \n' })
    expect(await secrets()).toEqual({ 'smtp.password': 'hunter2' })
    expect(await get('smtp.host')).toBe('mail.own.test')
  })

  it.skipIf(!hasScript)(
    'are never shown on a real terminal (needs script of util-linux)',
    async () => {
      const { url, secrets, directory } = await start()
      const command = `${node} ${executable} settings set smtp.password --url ${url}`
      const session = spawn('script', ['-qec', command, join(directory, 'typescript')])
      let seen = ''
      for await (const chunk of session.stdout) {
        seen += String(chunk)
        if (seen === 'smtp.password: ') session.stdin.write('hunter2\r')
      }
      expect(seen).toMatch(/^smtp\.password: \s+saved\s+$/)
      expect(await secrets()).toEqual({ 'smtp.password': 'hunter2' })
    },
  )

  it('are not taken when the person gives up', async () => {
    const { url, secrets } = await start()
    const words = ['settings', 'set', 'smtp.password']
    for (const input of ['\u0003', '', '\r'])
      expect((await runCommand(words, { url, input, atTerminal: true })).code).not.toBe(0)
    expect(await secrets()).toEqual({})
  })

  it.each([
    ['smtp.password=hunter2'],
    ['smtp.password', 'hunter2'],
    ['smtp.password', 'hunter2=x'],
    ['engine=smtp', 'smtp.password=hunter2'],
  ])('are refused as an argument and not repeated: %s %s', async (...words) => {
    const { run, secrets } = await start()
    const ran = await run('settings', 'set', ...words.filter(Boolean))
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain('never an argument')
    expect(ran.err).not.toContain('hunter2')
    expect(await secrets()).toEqual({})
  })

  it('can be neither read nor unset', async () => {
    const { run } = await start()
    expect(await run('settings', 'get', 'smtp.password')).toMatchObject({ code: 2 })
    expect(await run('settings', 'unset', 'smtp.password')).toMatchObject({ code: 2 })
  })
})

describe('postern settings', () => {
  it('unset goes back to the default and leaves no empty part behind', async () => {
    const { run, get, directory } = await start()
    await run('settings', 'set', 'smtp.port=2525', 'from.name=X')
    expect(await run('settings', 'unset', 'smtp.port')).toMatchObject({ code: 0 })
    expect(await get('smtp.port')).toBe('587')
    const saved = JSON.parse(readFileSync(join(directory, 'settings.json'), 'utf8')) as object
    expect(saved).toMatchObject({ from: { name: 'X' } })
    expect(saved).not.toHaveProperty('smtp')
  })

  it('show tells where each value comes from', async () => {
    const { run } = await start()
    await run('settings', 'set', 'from.name=X')
    const { out } = await run('settings', 'show')
    expect(out).toMatch(/from\.name\s+X\s+saved/)
    expect(out).toMatch(/keepContentDays\s+7\s+deployed/)
    expect(out).toMatch(/smtp\.port\s+587\s+default/)
  })

  it('refuse an engine that would not take mail, in its words, unless forced to', async () => {
    const { run, get } = await start()
    const words = ['engine=smtp', 'smtp.host=127.0.0.1', 'smtp.port=1', 'smtp.security=none']
    const refused = await run('settings', 'set', ...words)
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toMatch(/smtp.*Nothing was saved; --force saves them anyway/)
    expect(await get('engine')).toBe('noop')
    const forced = await run('settings', 'set', ...words, '--force')
    expect(forced).toEqual({ code: 0, out: 'saved; now: postern settings verify\n', err: '' })
    expect(await get('engine')).toBe('smtp')
  })

  it('verify ends with 1 and the reason when the engine would not take mail', async () => {
    const { run } = await start()
    expect(await run('settings', 'verify')).toMatchObject({ code: 0 })
    const words = ['engine=smtp', 'smtp.host=127.0.0.1', 'smtp.port=1', 'smtp.security=none']
    await run('settings', 'set', ...words, '--force')
    const ran = await run('settings', 'verify')
    expect(ran.code).toBe(1)
    expect(ran.out).toMatch(/smtp\tdoes not work\t\S/)
  })

  it('--help names every key that can be set', async () => {
    const { out } = await runCommand(['settings', '--help'])
    for (const key of [
      'engine',
      'from.address',
      'smtp.verifyCertificate',
      'safety.redirectTo',
      'headers',
    ])
      expect(out).toContain(`  ${key} `)
  })
})
