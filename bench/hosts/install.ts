import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run, type Host } from './host.ts'

/** Postern on a host: what installing it said, and how it is started. */
export interface Installed {
  readonly directory: string
  readonly said: string
  readonly failed: boolean
  /** Program and words that start it, in the directory. */
  readonly start: readonly string[]
}

type Install = (host: Host, directory: string) => Promise<Installed>

const root = join(import.meta.dirname, '../..')
const quietly = ['--prefer-offline', '--no-audit', '--no-fund']

/** The ways in which people install it. */
export const ways = {
  plain: (host, directory) => {
    copySources(directory)
    // Building takes most of the time, and shows little of the host: `.ci/run` does it.
    if (existsSync(join(root, 'dist')))
      cpSync(join(root, 'dist'), join(directory, 'dist'), { recursive: true })
    return checkout(host, directory, [])
  },
  'ignore-scripts': (host, directory) => {
    copySources(directory)
    return checkout(host, directory, ['--ignore-scripts'])
  },
  'omit-dev': (host, directory) => {
    copySources(directory)
    return checkout(host, directory, ['--omit=dev'])
  },
  packed: (host, directory) => inProject(host, directory, []),
  'packed-ignore-scripts': (host, directory) => inProject(host, directory, ['--ignore-scripts']),
  npx: async (_host, directory) => {
    const start = ['npx', '--yes', ...quietly, '--package', await packed(), 'postern', 'start']
    return { directory, said: '', failed: false, start }
  },
  global: async (host, directory) => {
    const install = ['install', '--global', '--prefix', directory, ...quietly, await packed()]
    const start = [join(directory, 'bin/postern'), 'start']
    return { ...(await npm(host, directory, install)), start }
  },
} satisfies Record<string, Install>

export type Way = keyof typeof ways

/** What git knows of the checkout, changes included. */
function copySources(directory: string) {
  for (const path of tracked) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    if (existsSync(join(root, path))) cpSync(join(root, path), join(directory, path))
  }
}

const tracked = (await run('git', ['ls-files', '-z'], { cwd: root })).stdout
  .split('\0')
  .filter(Boolean)

async function checkout(host: Host, directory: string, words: readonly string[]) {
  const installed = await npm(host, directory, ['ci', ...quietly, ...words])
  return { ...installed, start: ['npm', '--silent', 'start'] }
}

/** The package, in a project of its own. */
async function inProject(host: Host, directory: string, words: readonly string[]) {
  writeFileSync(join(directory, 'package.json'), '{"private":true}')
  const install = ['install', ...quietly, ...words, await packed()]
  return { ...(await npm(host, directory, install)), start: ['npx', 'postern', 'start'] }
}

async function npm({ env }: Host, directory: string, words: string[]) {
  const options = { cwd: directory, env, maxBuffer: 1e8 }
  const ended = run('npm', words, options).then((output) => ({ ...output, failed: false }))
  const { stdout, stderr, failed } = await ended.catch((error: Output) => ({
    ...{ stdout: error.stdout, stderr: error.stderr },
    failed: true,
  }))
  return { directory, said: stdout + stderr, failed }
}

interface Output {
  readonly stdout: string
  readonly stderr: string
}

let archive: Promise<string> | undefined

/** The package, from what was built last. */
function packed(): Promise<string> {
  return (archive ??= (async () => {
    if (!existsSync(join(root, 'dist'))) throw new Error('there is no dist: run npm run build')
    const directory = mkdtempSync(join(tmpdir(), 'postern-pack-'))
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], { cwd: root })
    return join(directory, readdirSync(directory)[0]!)
  })())
}
