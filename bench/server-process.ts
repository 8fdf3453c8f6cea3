import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

/** A server in a process of its own, ready. */
export interface ServerProcess {
  readonly pid: number
  readonly port: number
  /** From just before the process began to the first 200, in milliseconds. */
  readonly readyMs: number
  stop(): Promise<void>
}

/** Longest that a server may take to be ready, in milliseconds. */
const patienceMs = 30_000

/** Between two tries to reach a server that starts, in milliseconds: the error of `readyMs`. */
const pollMs = 2

/**
 * Starts Postern as `npm start` does, on a directory of its own that goes with it.
 *
 * @param checkout of this project, with its modules installed; this one unless given
 */
export async function startPostern(defaults: object, checkout?: string): Promise<ServerProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-bench-'))
  const server = await startPosternIn(directory, defaults, checkout)
  return {
    ...server,
    async stop() {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Starts Postern as `npm start` does, on a directory that stays. */
export function startPosternIn(
  directory: string,
  defaults: object,
  checkout = join(import.meta.dirname, '..'),
): Promise<ServerProcess> {
  return startServer(startWords(checkout), '/v1/health', (port) => ({
    POSTERN_PORT: String(port),
    POSTERN_SMTP_PORT: 'off',
    POSTERN_DATA: directory,
    // To endpoints of the bench itself.
    POSTERN_WEBHOOKS_PRIVATE: 'on',
    POSTERN_DEFAULTS: JSON.stringify(defaults),
  }))
}

/** What `npm start` gives Node in a checkout. */
function startWords(checkout: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    scripts: { start: string }
  }
  const words = scripts.start.split(' ').slice(1)
  return words.map((word) => (word.startsWith('bin/') ? join(checkout, word) : word))
}

/** The least that a server on Node can be: answers 200 to everything, once it has read it. */
export function startBareServer(): Promise<ServerProcess> {
  const script =
    "require('node:http').createServer((q, s) => q.resume().on('end', () => s.end('{}')))" +
    ".listen(process.env.PORT, '127.0.0.1')"
  return startServer(['-e', script], '/', (port) => ({ PORT: String(port) }))
}

async function startServer(
  words: readonly string[],
  path: string,
  environment: (port: number) => Record<string, string>,
): Promise<ServerProcess> {
  const port = await freePort()
  const since = performance.now()
  const child = spawn(process.execPath, words, {
    env: { PATH: process.env['PATH'], ...environment(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  try {
    await untilReady(`http://127.0.0.1:${port}${path}`, since + patienceMs, () => child.exitCode)
  } catch (error) {
    if (child.exitCode === null) await stop()
    throw error
  }
  return { pid: child.pid!, port, readyMs: performance.now() - since, stop }
}

/** Asks until the answer is 200. @throws Error when the process ends or the time is over */
export async function untilReady(url: string, deadline: number, exitCode: () => number | null) {
  while (!(await answers(url))) {
    if (exitCode() !== null)
      throw new Error(`the server ended with ${exitCode()} before it was ready`)
    if (performance.now() > deadline) throw new Error('the server did not get ready')
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('error', () => resolve(false))
  })
}
