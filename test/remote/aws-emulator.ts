import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../bench/free-port.ts'
import { oneWriteAtATime } from './one-write-at-a-time.ts'

/** AWS on loopback: the emulator at `AWS_ENDPOINT_URL`, or a `moto_server` of our own. */
export interface AwsEmulator {
  readonly endpoint: string
  stop(): Promise<void>
}

const given = process.env['AWS_ENDPOINT_URL']
const motoServer = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'moto_server'))
  .find((path) => existsSync(path))

/** Why there is none here, if so. */
export const noEmulator =
  given || motoServer ? undefined : 'no AWS_ENDPOINT_URL and no moto_server on the PATH'

export async function startEmulator(): Promise<AwsEmulator> {
  const emulator = given ? { endpoint: given, stop: async () => undefined } : await startMoto()
  const gate = await oneWriteAtATime(emulator.endpoint)
  return {
    endpoint: gate.endpoint,
    async stop() {
      await gate.close()
      await emulator.stop()
    },
  }
}

async function startMoto(): Promise<AwsEmulator> {
  const port = await freePort()
  const server = spawn(motoServer!, ['-H', '127.0.0.1', '-p', `${port}`], {
    stdio: 'ignore',
    // A shim may start the server as its child: the whole group is ended.
    detached: true,
  })
  const endpoint = `http://127.0.0.1:${port}`
  await answering(endpoint, server)
  return { endpoint, stop: () => ended(server) }
}

/** Python takes seconds to load on a busy machine. */
const longestStartMs = 60_000

async function answering(endpoint: string, server: ChildProcess): Promise<void> {
  const end = Date.now() + longestStartMs
  while (Date.now() < end && server.exitCode === null) {
    const answer = await fetch(`${endpoint}/moto-api/data.json`).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) return
    await pause(50)
  }
  await ended(server)
  throw new Error('moto_server did not start')
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = new Promise((resolve) => server.once('exit', resolve))
  process.kill(-server.pid!, 'SIGKILL')
  await gone
}
