import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { projectFiles, readProjectFile } from '../house/tree.ts'
import { patternOf, stepsOf } from './blocks.ts'

/** How a page is walked. */
export interface Walk {
  /** What is printed, and what stands there in this walk: names and ports that are not ours. */
  readonly instead?: Readonly<Record<string, string>>
  /** Blocks that hold this are not run, for a reason. */
  readonly notHere?: Readonly<Record<string, string>>
  /** Of the server and of the commands. */
  readonly env?: Readonly<Record<string, string>>
  /** Whether a build is wanted too. */
  readonly built?: boolean
  /** Files of the directory in which the reader is. */
  readonly files?: Readonly<Record<string, string>>
}

/** What a secret is, where a command asks for it. */
export const typed = 're_a-secret'

/** In place of `postern start`, which would go on: it ends once it has begun. */
export const startAndStop = `bash -euc '
  postern start >.started & until grep -q "ready at" .started; do kill -0 $!; sleep 0.1; done
  cat .started; kill $!; wait $!'`

/** A clone as it is after `npm ci`; what that built is seldom wanted. */
function cloneHere(built: boolean): string {
  const root = temporaryDirectory()
  for (const path of projectFiles()) {
    if (path.startsWith('test/') || path.startsWith('docs/images/')) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    cpSync(path, join(root, path))
  }
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'))
  if (built) cpSync(resolve('dist'), join(root, 'dist'), { recursive: true })
  return root
}

/**
 * Runs the commands of a page, one block after the other in one shell, in a clone where `npm start`
 * runs, and compares what they print with what the page shows.
 *
 * @returns everything that was printed
 */
export async function walk(page: string, given: Walk = {}): Promise<string> {
  const { instead = {}, notHere = {}, files = {}, built = false } = given
  const clone = cloneHere(built)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(clone, name), text)
  const server = await startServer(clone, given.env)
  const replaced = { 'http://127.0.0.1:8025': server.url, ...instead }
  const steps = stepsOf(readProjectFile(page)).map(({ code, shown }) => ({
    shown,
    isHere: !Object.keys(notHere).some((words) => code.includes(words)),
    code: Object.entries(replaced).reduce((so, [from, to]) => so.replaceAll(from, to), code),
  }))
  const unused = Object.keys({ ...instead, ...notHere }).filter(
    (words) => !readProjectFile(page).includes(words),
  )
  expect(unused, 'is not on the page any more').toEqual([])
  const run = steps.filter(({ isHere }) => isHere)
  const outputs = await runAll(
    run.map(({ code }) => code),
    clone,
    { ...server.env, ...given.env, POSTERN_URL: server.url, SERVER: `${server.pid}` },
  )
  for (const [at, { shown }] of run.entries())
    if (shown !== undefined) expect(outputs[at]).toMatch(patternOf(shown))
  return outputs.join('\n')
}

const mark = '--- next block'

/** Each block gets what is typed on standard input; the first command that fails ends it. */
async function runAll(blocks: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
  writeFileSync(join(cwd, '.typed'), `${typed}\n`)
  const script = blocks.map((code) => `{\n${code}\n} < .typed\necho '${mark}'\n`).join('')
  const shell = spawn('bash', ['-euc', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  shell.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  shell.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const [code] = (await once(shell, 'close')) as [number]
  const outputs = out.split(`${mark}\n`)
  const last = blocks[outputs.length - 1]
  expect({ code, ...(code !== 0 && { last, out: outputs.at(-1), err }) }).toEqual({ code: 0 })
  return outputs
}

/** As the reader started it, on free ports and with data of its own. */
async function startServer(cwd: string, more: Walk['env'] = {}) {
  const env = {
    PATH: [join(cwd, 'bin'), resolve('node_modules/.bin'), process.env['PATH']].join(':'),
    HOME: temporaryDirectory(),
    POSTERN_DATA: join(temporaryDirectory(), 'data'),
    POSTERN_PORT: '0',
    npm_config_update_notifier: 'false',
  }
  const options = { cwd, env: { ...env, ...more }, detached: true } as const
  const server = spawn('npm', ['start', '--silent', '--', '--json'], options)
  onTestFinished(() => ended(server))
  let out = ''
  let err = ''
  server.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ready = new Promise<{ url: string }>((found) =>
    server.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (out.endsWith('}\n')) found(JSON.parse(out) as { url: string })
    }),
  )
  const failed = once(server, 'exit').then(() => Promise.reject(new Error(err)))
  const { url } = await Promise.race([ready, failed])
  return { url, env, pid: server.pid! }
}

/** Npm and what it started. */
async function ended(server: ChildProcess) {
  if (server.exitCode !== null || server.signalCode !== null) return
  process.kill(-server.pid!, 'SIGTERM')
  await once(server, 'exit')
}
