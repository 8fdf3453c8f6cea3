import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare } from './compare.ts'
import { fillDirectory } from './filled-directory.ts'
import { deliveringRig, type Traffic } from './rig.ts'
import { startPosternIn } from './server-process.ts'
import { whole } from './statistics.ts'

const counts = [100, 10_000, 1_000_000]
const traffic: Traffic = { clients: 10, kilobytes: 4 }

/** Whether a Postern that has kept many emails is as quick as one that has kept few. */
export async function stored(rounds: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-bench-'))
  try {
    const places = counts.map((count) => ({ count, directory: join(directory, String(count)) }))
    for (const { count, directory } of places) {
      // Which makes the tables.
      await (await startPosternIn(directory, { engine: 'noop' })).stop()
      fillDirectory(directory, { captures: 0, emails: count })
    }
    await compare({
      title: 'Emails stored before, sent and without content; 4 kB, keep-alive clients: 10',
      total: 8_000,
      rounds,
      contestants: places.map(({ count, directory }) => ({
        name: whole(count),
        open: () => deliveringRig(traffic, { directory }),
      })),
    })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
