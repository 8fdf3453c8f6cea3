import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { untilReady } from '../server-process.ts'

/** One life of the Postern that is killed, on the directory and ports that all its lives share. */
export interface Victim {
  readonly pid: number
  /** Milliseconds until it answers; undefined when it ended before. */
  readonly ready: Promise<number | undefined>
  /** Resolves when the process has ended. */
  readonly ended: Promise<unknown>
  /** SIGKILL, and the end of the process. */
  kill(): Promise<void>
  /** SIGTERM: it finishes what it is sending. */
  stop(): Promise<void>
}

export interface Home {
  readonly directory: string
  readonly port: number
  readonly smtpPort: number
  /** Where emails are sent. */
  readonly sinkPort: number
  /** Takes its log. */
  readonly errorLog: string
  /** A module that is loaded before Postern: how a broken build is made. */
  readonly preload?: string
  /** A program with its arguments that runs it. */
  readonly through?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** In addition to those that make it send to the sink. */
  readonly settings?: object
}

export function startVictim(home: Home): Victim {
  const { directory, port, smtpPort, sinkPort, preload, errorLog, through = [] } = home
  const entry = join(import.meta.dirname, '../../bin/postern.ts')
  const smtp = { host: '127.0.0.1', port: sinkPort, security: 'none' }
  const [program, ...words] = [
    ...through,
    process.execPath,
    ...(preload ? ['--import', preload] : []),
    entry,
    'start',
  ]
  const errors = openSync(errorLog, 'a')
  const child = spawn(program, words, {
    env: {
      PATH: process.env['PATH'],
      POSTERN_DATA: directory,
      POSTERN_PORT: String(port),
      POSTERN_SMTP_PORT: String(smtpPort),
      POSTERN_WEBHOOKS_PRIVATE: 'on',
      POSTERN_DEFAULTS: JSON.stringify({ engine: 'smtp', smtp, ...home.settings }),
      ...home.env,
    },
    stdio: ['ignore', 'ignore', errors],
  })
  closeSync(errors)
  const since = performance.now()
  const exited = once(child, 'exit')
  const hasEnded = () => child.exitCode ?? (child.signalCode === null ? null : -1)
  const end = async (signal: NodeJS.Signals) => {
    if (hasEnded() !== null) return
    // What runs it passes no signal on.
    for (const pid of through.length > 0 ? childrenOf(child.pid!) : [child.pid!])
      tryKill(pid, signal)
    await exited
  }
  return {
    pid: child.pid!,
    ready: untilReady(`http://127.0.0.1:${port}/v1/health`, since + 60_000, hasEnded).then(
      () => performance.now() - since,
      () => undefined,
    ),
    ended: exited,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`
  return existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : []
}

function tryKill(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself.
  }
}
