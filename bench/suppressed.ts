import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localBackend } from '../backends/local/index.ts'
import { systemClock } from '../mail/clock.ts'
import { columns, headings, inPairs } from './pairs.ts'
import { deliveringRig } from './rig.ts'
import { printTable } from './table.ts'

const count = 100_000
const traffic = { kilobytes: 4, clients: 10 }
/** Emails of a round. */
const total = 1_500

/** From `POST /emails` to the SMTP server with a long list of suppressed addresses, and with none. */
export async function suppressed(rounds: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-suppressed-'))
  try {
    await suppressMany(directory)
    const open = [
      () => deliveringRig(traffic, { directory }),
      () => deliveringRig(traffic),
    ] as const
    const pairs = await inPairs(open, total, rounds * 4)
    printTable(
      `Suppressed addresses: ${count} (this), none (that); pairs of rounds: ${rounds * 4}`,
      [headings, ['4 kB, clients: 10', ...columns(pairs)]],
    )
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function suppressMany(directory: string) {
  const backend = localBackend(directory, { clock: systemClock })
  const cause = { reason: 'bounce', at: Date.now(), by: 'bench' } as const
  for (let n = 0; n < count; n += 1_000)
    await Promise.all(
      Array.from({ length: 1_000 }, (_, i) =>
        backend.suppressions.add(
          { project: 'default', address: `gone-${n + i}@example.com` },
          cause,
        ),
      ),
    )
  backend.close()
}
