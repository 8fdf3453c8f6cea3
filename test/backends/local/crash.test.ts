import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { localBackend } from '../../../backends/local/index.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { temporaryDirectory } from './temporary.ts'

it(
  'loses nothing that it said yes to, however often it is killed',
  { timeout: 60_000 },
  async () => {
    const { path, remove } = temporaryDirectory()
    const accepted: string[] = []
    for (let kill = 0; kill < 8; kill++) {
      accepted.push(...(await acceptUntilKilled(path, 1 + Math.floor(Math.random() * 600))))
      expect(integrityOf(path)).toBe('ok')
      expect(await missingOf(path, accepted), `after kill ${kill + 1}`).toEqual([])
    }
    remove()
  },
)

/** Kills the writer as soon as it has told of so many; all it ever told. */
async function acceptUntilKilled(path: string, enough: number): Promise<string[]> {
  const script = new URL('crash-writer.ts', import.meta.url).pathname
  const writer = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ids: string[] = []
  const closed = once(writer, 'close')
  for await (const line of createInterface(writer.stdout)) {
    ids.push(line)
    if (ids.length === enough) writer.kill('SIGKILL')
  }
  await closed
  expect(writer.signalCode).toBe('SIGKILL')
  // The kill may have come in the middle of a line that no one can have acted upon.
  return ids.filter((id) => id.length === 36)
}

function integrityOf(path: string): unknown {
  const db = new DatabaseSync(join(path, 'postern.sqlite'))
  const { integrity_check } = db.prepare('PRAGMA integrity_check').get()!
  db.close()
  return integrity_check
}

/** Which of these ids lack their record, their content or their job. */
async function missingOf(path: string, ids: readonly string[]): Promise<string[]> {
  const backend = localBackend(path, { clock: virtualClock(Date.now() + 60_000) })
  const jobs = new Set(backend.queue.take(Infinity, Infinity).map(({ id }) => id))
  const missing: string[] = []
  for (const id of ids) {
    const content = await backend.blobs.get(`content/${id}`)
    const whole =
      (await backend.emails.get(id, '*')) !== undefined &&
      content !== undefined &&
      Buffer.from(content).toString() === `content of ${id}` &&
      jobs.has(id)
    if (!whole) missing.push(id)
  }
  backend.close()
  return missing
}
