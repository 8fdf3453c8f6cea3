import { execFile, spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

const isWanted = process.env['POSTERN_SLOW_TESTS'] === '1'
const env = {
  ...process.env,
  // The Node that the package brings, whatever the host has.
  PATH: [resolve('node_modules/.bin'), process.env['PATH']].join(delimiter),
  POSTERN_PORT: '0',
}

describe('the packed package', () => {
  it.skipIf(!isWanted)(
    'installs into an empty project, explains itself, starts, brings its console and captures (slow: POSTERN_SLOW_TESTS=1)',
    { timeout: 300_000 },
    async () => {
      const project = temporaryDirectory()
      await run('npm', ['pack', '--pack-destination', project], resolve('.'))
      const [archive] = readdirSync(project)
      writeFileSync(join(project, 'package.json'), '{"private":true}')
      await run(
        'npm',
        ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${archive}`],
        project,
      )

      expect(await run('npx', ['postern', '--help'], project)).toContain('Exit codes:')
      const url = await start(project)
      expect(await (await fetch(url)).text()).toContain('src="/console/assets/')
      const email = ['--from', 'me@own.test', '--to', 'you@there.test', '--subject', 'Packed']
      const at = ['--url', url, '--json']
      const body = ['--html', '<p>It <a href="https://own.test/">works</a></p>']
      const { id } = JSON.parse(
        await run('npx', ['postern', 'send', ...email, ...body, ...at], project),
      ) as { id: string }
      const words = ['postern', 'captures', 'wait', '--to', 'you@there.test', ...at]
      expect(JSON.parse(await run('npx', words, project))).toMatchObject({
        id,
        subject: 'Packed',
        links: ['https://own.test/'],
      })
    },
  )
})

async function run(program: string, words: string[], cwd: string): Promise<string> {
  return (await promisify(execFile)(program, words, { cwd, env })).stdout
}

async function start(project: string): Promise<string> {
  const child = spawn(join(project, 'node_modules/.bin/postern'), ['start'], {
    cwd: project,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  onTestFinished(async () => {
    child.kill()
    await gone
  })
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    const url = /ready at (\S+)/.exec(printed)?.[1]
    if (url) return url
  }
  throw new Error('postern did not start')
}
