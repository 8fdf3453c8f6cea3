import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { onTestFinished } from 'vitest'

/** The Node that the package brings, whatever the host has. */
export const node = resolve('node_modules/.bin/node')

export const executable = resolve('bin/postern.ts')

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

export interface PosternProcess {
  readonly pid: number
  readonly url: string
  /** What it printed until it was ready. */
  readonly printed: string
  kill(signal: NodeJS.Signals): void
  /** When it has ended, and how. */
  readonly exit: Promise<Exit>
}

interface SpawnOptions {
  readonly directory: string
  readonly env?: Record<string, string>
  readonly uid?: number
  /** A program with its arguments that runs it. */
  readonly through?: readonly string[]
}

/** The environment of processes for which, from now on, time passes ten times as fast. */
export function hurriedFromNow(): Record<string, string> {
  const module = new URL('../end-to-end/hurried.ts', import.meta.url)
  return { NODE_OPTIONS: `--import=${module}`, POSTERN_HURRIED_SINCE: `${Date.now()}` }
}

/** Runs the executable to its end. */
export function runProcess(words: readonly string[], options: SpawnOptions): Promise<Exit> {
  return launch(words, options).exit
}

/** Starts `postern start` as a process of its own on a free port, and waits until it is ready. */
export async function startProcess(options: SpawnOptions): Promise<PosternProcess> {
  const { child, exit } = launch(['start'], options)
  let printed = ''
  const ready = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const url = /ready at (\S+)[^]*Look at it:\n.*\n/.exec(printed)?.[1]
      if (url) resolve(url)
    })
  })
  const url = await Promise.race([
    ready,
    exit.then(({ err }) => Promise.reject(new Error(`postern did not start: ${err}`))),
  ])
  return { pid: child.pid!, url, printed, kill: (signal) => void child.kill(signal), exit }
}

function launch(words: readonly string[], { directory, env, uid, through = [] }: SpawnOptions) {
  const [program, ...rest] = [...through, node, executable, ...words]
  const child = spawn(program!, rest, {
    uid,
    gid: uid,
    env: {
      PATH: process.env['PATH'],
      POSTERN_DATA: directory,
      POSTERN_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (written.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (written.err += chunk.toString()))
  const exit = new Promise<Exit>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, ...written }))
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exit
  })
  return { child, exit }
}
