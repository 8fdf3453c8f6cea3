import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillDirectory, word, type Filled } from './filled-directory.ts'
import { startPosternIn } from './server-process.ts'
import { percentile } from './statistics.ts'
import { printTable } from './table.ts'

const sizes = { captures: 100_000, emails: 1_000_000 }

/** How often each list is asked for in a round. */
const timesInARound = 4

/** An answer that takes longer makes the user wait, in milliseconds. */
const targetMs = 100

/** How long the lists of the console take with as much in them as a large team has. */
export async function lists(rounds: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-bench-'))
  try {
    const settings = { engine: 'noop', keepContentDays: 0 }
    await (await startPosternIn(directory, settings)).stop()
    const filled = fillDirectory(directory, sizes)
    const server = await startPosternIn(directory, settings)
    try {
      const rows: string[][] = []
      const times = rounds * timesInARound
      for (const path of pathsFor(filled)) rows.push(await rowOf(server.port, path, times))
      const title = `lists, ${sizes.captures} captures, ${sizes.emails} emails, ${times} times`
      printTable(title, [['GET', 'items', 'median, ms', 'most, ms', ''], ...rows])
    } finally {
      await server.stop()
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function pathsFor({ captureInTheMiddle, emailInTheMiddle, address }: Filled): string[] {
  const common = word(1)
  return [
    '/v1/captures?limit=100',
    `/v1/captures?limit=100&after=${captureInTheMiddle}`,
    `/v1/captures?limit=100&to=${address}`,
    '/v1/captures?limit=100&subject=99999',
    `/v1/captures?limit=100&q=${common}`,
    `/v1/captures?limit=100&q=${common.slice(0, 2)}`,
    `/v1/captures?limit=100&q=${common}+${word(2)}+${word(19_000)}`,
    `/v1/captures?limit=100&q=${address}`,
    '/v1/captures?limit=100&q=nothing-like-that',
    '/v1/emails?limit=100',
    `/v1/emails?limit=100&after=${emailInTheMiddle}`,
    '/v1/emails?limit=100&status=failed',
    `/v1/emails?limit=100&q=${address}`,
    `/v1/emails?limit=100&status=failed&q=${address}`,
    '/v1/stats?hours=24',
    '/v1/stats?hours=720',
    '/v1/queue',
    '/v1/health',
  ]
}

async function rowOf(port: number, path: string, count: number): Promise<string[]> {
  const times: number[] = []
  let items = ''
  for (let i = 0; i < count; i++) {
    const since = performance.now()
    const answer = await fetch(`http://127.0.0.1:${port}${path}`)
    const { data } = (await answer.json()) as { data?: unknown[] }
    times.push(performance.now() - since)
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}`)
    items = data ? String(data.length) : ''
  }
  const [median, most] = [percentile(times, 0.5), Math.max(...times)]
  const verdict = median < targetMs ? '' : `above ${targetMs}`
  return [path, items, median.toFixed(1), most.toFixed(1), verdict]
}
