import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { executable, node } from './postern-process.ts'
import { startHere } from './run-command.ts'

const run = promisify(execFile)

/** A Postern with more emails than a pipe holds: 64 KB on Linux. */
async function startFull() {
  const postern = await startHere()
  onTestFinished(() => postern.stop())
  const to = Array.from({ length: 20 }, (_, i) => `recipient-${i}@there.test`)
  const email = { from: 'me@own.test', to, subject: 'x'.repeat(200), text: 'Hi' }
  const batch = JSON.stringify(Array.from({ length: 100 }, () => email))
  const answer = await fetch(`${postern.url}/emails/batch`, { method: 'POST', body: batch })
  expect(answer.status).toBe(200)
  return postern
}

/** How a shell runs it. */
function ways(env: Record<string, string | undefined> = {}) {
  // Node takes the terminal of a CI service for one without colours.
  const { NO_COLOR: _no, FORCE_COLOR: _force, CI: _ci, ...inherited } = process.env
  return { env: { ...inherited, POSTERN: `${node} ${executable}`, ...env } }
}

describe('a reader that has seen enough', () => {
  it.each([
    'emails list --limit 100 --json',
    'emails list --limit 100',
    'emails list -f --limit 100 --json',
    'captures list --limit 100 --json',
    'events --limit 100 --json',
    'export emails',
    'backup -',
  ])('ends it quietly, with 0: postern %s', async (words) => {
    const { url } = await startFull()
    const script = `$POSTERN ${words} | head -c 10 > /dev/null; echo "\${PIPESTATUS[0]}"`
    const ran = await run('bash', ['-c', script], ways({ POSTERN_URL: url }))
    expect(ran).toMatchObject({ stdout: '0\n', stderr: '' })
  })

  it('may have closed standard error: what is said there is not missed', async () => {
    const script = '$POSTERN send --to a@b.test 2> >(:); echo $?'
    const { stdout } = await run('bash', ['-c', script], ways())
    expect(stdout).toBe('2\n')
  })
})

const hasTerminals = isThere('script')

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(!hasTerminals)('a terminal', () => {
  /** What a command writes on a terminal of 80 columns. */
  async function shown(words: string, env: Record<string, string>): Promise<string> {
    const asked = ['-qec', `stty cols 80; $POSTERN ${words}`, '/dev/null']
    const terminal = run('script', asked, ways({ TERM: 'xterm-256color', ...env }))
    terminal.child.stdin!.end()
    return (await terminal).stdout
  }

  it('has colours, unless NO_COLOR is set or it has none', async () => {
    const { url } = await startFull()
    const colours = async (env: Record<string, string>) =>
      /\u001B\[1m/.test(await shown('emails list', { POSTERN_URL: url, ...env }))
    expect(await colours({})).toBe(true)
    expect(await colours({ NO_COLOR: '1' })).toBe(false)
    expect(await colours({ TERM: 'dumb' })).toBe(false)
  })

  it('is never too narrow for a list', async () => {
    const { url } = await startFull()
    const text = await shown('emails list', { POSTERN_URL: url, NO_COLOR: '1' })
    expect(text).toContain('recipient-19')
    const lines = text.split(/\r?\n/).filter((line) => !line.startsWith('more: '))
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  it('shows how far long work is, and takes it away at its end', async () => {
    const { url } = await startFull()
    const text = await shown('export emails > /dev/null', { POSTERN_URL: url })
    expect(text).toMatch(/\r\u001B\[K1 emails/)
    expect(text.endsWith('\r\u001B[K')).toBe(true)
  })
})

describe('a pipe', () => {
  it('gets no colours and no progress, unless FORCE_COLOR asks for colours', async () => {
    const { url } = await startFull()
    const list = async (env: Record<string, string>, words: string) =>
      run('bash', ['-c', `$POSTERN ${words}`], {
        ...ways({ POSTERN_URL: url, ...env }),
        maxBuffer: 1e8,
      })
    expect(await list({}, 'export emails')).toMatchObject({ stderr: '' })
    expect((await list({}, 'emails list')).stdout).not.toContain('\u001B')
    expect((await list({ FORCE_COLOR: '1' }, 'emails list')).stdout).toContain('\u001B[1mID')
    expect((await list({ FORCE_COLOR: '0' }, 'emails list')).stdout).not.toContain('\u001B')
  })
})
