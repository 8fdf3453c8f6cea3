import { spawn } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { freePort } from '../../bench/free-port.ts'
import { readEnvironment, startVariables } from '../../machine/environment.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { exampleFile, examplesPage } from './test-examples.ts'

interface Workflow {
  readonly jobs: Readonly<Record<'end-to-end', WorkflowJob>>
}

interface WorkflowJob {
  readonly env: Readonly<Record<string, string>>
  readonly services: Readonly<
    Record<'postern', { env: Record<string, string>; ports: readonly string[] }>
  >
}

interface Pipeline {
  readonly 'end-to-end': {
    readonly services: readonly { entrypoint: readonly string[]; command: readonly string[] }[]
    readonly variables: Readonly<Record<string, string>>
  }
}

describe('docs/test-examples.md', () => {
  it('sets variables that Postern has, in every language', () => {
    const known = new Set<string>([...startVariables.map(([name]) => name), 'POSTERN_API_KEY'])
    const named = [...examplesPage.matchAll(/(?<![A-Z_])POSTERN_[A-Z_]+/g)].map(([name]) => name)
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  it('gives a service of GitHub Actions variables and ports that Postern has', () => {
    const workflow = parse(exampleFile('.github/workflows/end-to-end.yml')) as Workflow
    const { services, env } = workflow.jobs['end-to-end']
    expect(readEnvironment(services.postern.env)).toMatchObject({ port: 8025, smtpPlain: true })
    expect(services.postern.ports).toEqual(['127.0.0.1:8025:8025', '127.0.0.1:1025:1025'])
    expect(env).toEqual({ POSTERN_URL: 'http://127.0.0.1:8025' })
  })

  it('has a service of GitLab hand out its first key', async () => {
    const [port, keyPort] = [await freePort(), await freePort()]
    startService(port, keyPort)
    const statusAt = (path: string, headers = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers }).then(
        ({ status }) => status,
        () => 0,
      )
    await expect.poll(() => statusAt('/livez')).toBe(200)
    const given = await (await fetch(`http://127.0.0.1:${keyPort}`)).text()
    expect(await statusAt('/v1/captures')).toBe(401)
    expect(await statusAt('/v1/captures', { authorization: `Bearer ${given.trim()}` })).toBe(200)
  })
})

/** The service as the page has it, on loopback and on ports that are free. */
function startService(port: number, keyPort: number) {
  const { services, variables } = (parse(exampleFile('.gitlab-ci.yml')) as Pipeline)['end-to-end']
  const { entrypoint, command } = services[0]!
  const folder = temporaryDirectory()
  mkdirSync(join(folder, 'bin'))
  symlinkSync(resolve('bin/postern'), join(folder, 'bin/postern'))
  const [shell = '', ...options] = entrypoint
  const script = command[0]!.replace('listen(8026)', `listen(${keyPort}, "127.0.0.1")`)
  const child = spawn(shell, [...options, script], {
    stdio: 'ignore',
    // A group of its own: what runs in its background ends with it.
    detached: true,
    env: {
      ...process.env,
      ...variables,
      ...{
        POSTERN_DATA: join(folder, 'data'),
        POSTERN_PORT: String(port),
        POSTERN_SMTP_PORT: 'off',
      },
      PATH: [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']].join(':'),
      // Then keys are needed on loopback too.
      POSTERN_HOSTS: 'postern.test',
    },
  })
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    process.kill(-child.pid!, 'SIGTERM')
    await ended
  })
}
