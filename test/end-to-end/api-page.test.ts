import { execFile, execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startHere } from '../cli/run-command.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { readProjectFile } from '../house/tree.ts'

const run = promisify(execFile)

/** The examples of a language on the page, in their order. */
function examplesIn(language: string): string[] {
  const blocks = readProjectFile('docs/api.md').matchAll(/^```(\w+)\n(.*?)^```/gms)
  return [...blocks].flatMap(([, kind, code]) => (kind === language ? [code!] : []))
}

async function running() {
  const postern = await startHere()
  onTestFinished(() => postern.stop())
  const ask = async (path: string) =>
    ((await (await fetch(`${postern.url}${path}`)).json()) as { data: unknown[] }).data
  const here = (code: string) => code.replaceAll('http://127.0.0.1:8025', postern.url)
  return { ask, here }
}

function isThere(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('the examples of docs/api.md', () => {
  it.skipIf(!isThere('curl'))('for curl send once what is one email, and cancel it', async () => {
    const { ask, here } = await running()
    const script = here(examplesIn('sh').join('\n'))
    const { stdout } = await run('sh', ['-euc', script], { cwd: temporaryDirectory() })
    const subjects = ((await ask('/emails')) as { subject: string; last_event: string }[]).map(
      ({ subject, last_event }) => `${subject}: ${last_event}`,
    )
    expect(subjects.toReversed()).toEqual([
      expect.stringMatching(/^Hello: (queued|sent)$/),
      expect.stringMatching(/^Your order: (queued|sent)$/),
      expect.stringMatching(/^As it is: (queued|sent)$/),
      'Tomorrow: canceled',
    ])
    expect(stdout).not.toMatch(/statusCode|"error"/)
    expect(stdout).toContain('"timeline"')
  })

  it('for Node send with both libraries, and find the capture', async () => {
    const { ask, here } = await running()
    for (const code of examplesIn('js')) {
      const args = ['--input-type=module', '-e', here(code)]
      const { stdout, stderr } = await run(process.execPath, args, { cwd: resolve('.') })
      expect([stdout, stderr]).toEqual([expect.stringMatching(/[0-9a-f-]{36}|Hello/), ''])
    }
    expect(await ask('/emails')).toHaveLength(2)
  })

  it.skipIf(!isThere('python3'))('for Python send, and find the capture', async () => {
    const { ask, here } = await running()
    for (const code of examplesIn('python')) {
      const { stdout } = await run('python3', ['-c', here(code)])
      expect(stdout).toMatch(/[0-9a-f-]{36}|Hello/)
    }
    expect(await ask('/emails')).toHaveLength(1)
  })
})
