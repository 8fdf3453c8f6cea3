import { describe, expect, it, onTestFinished } from 'vitest'
import { startHere } from './run-command.ts'

interface Answer {
  readonly findings: readonly { code: string; cure: string }[]
  readonly skipped: readonly string[]
}

async function start(settings: object) {
  const postern = await startHere({ env: { POSTERN_DEFAULTS: JSON.stringify(settings) } })
  onTestFinished(() => postern.stop())
  return postern
}

const from = { address: 'no-reply@own.org' }

describe('postern doctor', () => {
  it('finds nothing wrong with a Postern that captures', async () => {
    const { run } = await start({ from })
    const { code, out } = await run('doctor', '--no-dns')
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Nothing wrong.\nSPF, DKIM and DMARC were not looked up.\n',
    })
  })

  it('ends with 1 and names every problem with its cure', async () => {
    const smtp = { host: '127.0.0.1', port: 465, username: 'me', verifyCertificate: false }
    const { run } = await start({ engine: 'smtp', smtp })
    const { code, out } = await run('doctor', '--no-dns', '--json')
    const { findings } = JSON.parse(out) as Answer
    expect(code).toBe(1)
    expect(findings.map((finding) => finding.code).sort()).toEqual([
      'engine.invalid',
      'from.missing',
      'smtp.certificate-unverified',
      'smtp.password-missing',
      'smtp.port-and-security',
    ])
    expect(findings.every(({ cure }) => cure.length > 0)).toBe(true)
  })
})

describe('postern test-email', () => {
  it('tells what became of an email that went through everything', async () => {
    const { run } = await start({ from })
    const { code, out } = await run('test-email', '--json', '--locale', 'ja')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      state: 'captured',
      to: ['no-reply@own.org'],
      template: { name: 'test', locale: 'ja' },
    })
  })

  it('ends with 1 and the reason while the engine takes nothing', async () => {
    const smtp = { host: '127.0.0.1', port: 1, security: 'none' }
    const { run } = await start({ engine: 'smtp', smtp, from })
    const { code, out } = await run('test-email', 'me@there.org')
    expect(code).toBe(1)
    expect(out).toMatch(/^queued: .*ECONNREFUSED/)
  })

  it('says what is missing when it does not know where to send', async () => {
    const { run } = await start({})
    const { code, err } = await run('test-email')
    expect(code).toBe(1)
    expect(err).toContain('from.address')
  })
})

describe('postern settings import', () => {
  const file = 'test/data/import/pydio.json'

  it('saves nothing unless it is told to', async () => {
    const { run } = await start({})
    const { code, out } = await run('settings', 'import', file, '--from', 'pydio')
    expect(code).toBe(0)
    expect(out).toContain('Nothing was saved')
    expect(JSON.parse((await run('settings', 'get', 'engine', '--json')).out)).toBe('noop')
  })

  it('saves what it understood when it is told to', async () => {
    const { run } = await start({})
    const words = ['settings', 'import', file, '--from', 'pydio', '--apply', '--force']
    expect(await run(...words)).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse((await run('settings', 'get', 'engine', '--json')).out)).toBe('smtp')
  })

  it('ends with 1 for a file of another system, naming what was expected', async () => {
    const { run } = await start({})
    const { code, err } = await run('settings', 'import', file, '--from', 'codestream')
    expect(code).toBeGreaterThan(0)
    expect(err).not.toBe('')
  })
})
