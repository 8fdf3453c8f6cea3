import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { columns, headings, inPairs } from './pairs.ts'
import { deliveringRig } from './rig.ts'
import { startPosternIn } from './server-process.ts'
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

/** By the door for files, as many rows at a time as it takes. */
async function suppressMany(directory: string) {
  const server = await startPosternIn(directory, { engine: 'noop' })
  try {
    for (let n = 0; n < count; n += 10_000) {
      const rows = Array.from({ length: 10_000 }, (_, i) => `gone-${n + i}@example.com\n`)
      const answer = await fetch(`http://127.0.0.1:${server.port}/v1/suppressions/import`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body: `email\n${rows.join('')}`,
      })
      if (!answer.ok) throw new Error(`importing suppressions was answered ${answer.status}`)
    }
  } finally {
    await server.stop()
  }
}
