import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillDirectory, word, type Filled } from './filled-directory.ts'
import { startPosternIn } from './server-process.ts'
import { percentile } from './statistics.ts'
import { printTable } from './table.ts'

/** How often each list is asked for in a round. */
const timesInARound = 4

interface Measured {
  readonly captures: number
  readonly emails: number
  /** An answer that takes longer makes the user wait, in milliseconds. */
  readonly targetMs: number
  readonly paths: (filled: Filled) => readonly string[]
}

/** How long the lists of the console take with as much in them as a large team has. */
export function lists(rounds: number): Promise<void> {
  return measure({ captures: 100_000, emails: 1_000_000, targetMs: 100, paths: pathsFor }, rounds)
}

/** How long the inbox takes to answer the helpers of test suites, with 100,000 captures in it. */
export function captures(rounds: number): Promise<void> {
  return measure({ captures: 100_000, emails: 0, targetMs: 50, paths: inboxPaths }, rounds)
}

async function measure(measured: Measured, rounds: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-bench-'))
  try {
    const settings = { engine: 'noop', keepContentDays: 0, projects: { empty: {} } }
    await (await startPosternIn(directory, settings)).stop()
    const filled = fillDirectory(directory, measured)
    const server = await startPosternIn(directory, settings)
    try {
      const rows: string[][] = []
      const times = rounds * timesInARound
      for (const path of measured.paths(filled))
        rows.push(await rowOf(`http://127.0.0.1:${server.port}${path}`, times, measured.targetMs))
      const title = `lists, ${measured.captures} captures, ${measured.emails} emails, ${times} times`
      printTable(title, [['GET', 'items', 'median, ms', 'most, ms', ''], ...rows])
    } finally {
      await server.stop()
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function inboxPaths({ captureInTheMiddle, address }: Filled): string[] {
  const [common, rare] = [word(1), word(19_000)]
  return [
    '/v1/captures',
    '/v1/captures?project=empty',
    `/v1/captures?after=${captureInTheMiddle}`,
    `/v1/captures?to=${address}`,
    '/v1/captures?tag=nothing',
    '/v1/captures?subject=nothing',
    '/api/v1/messages',
    '/api/v1/messages?start=10000',
    '/api/v1/messages?project=empty',
    `/api/v1/search?query=to:${address}`,
    '/api/v1/search?query=subject:order',
    '/api/v1/search?query=subject:nothing',
    '/api/v1/search?query=from:nothing',
    '/api/v1/search?query=tag:nothing',
    `/api/v1/search?query=${common}`,
    `/api/v1/search?query=${rare}`,
    '/api/v1/tags',
    '/api/v2/messages',
    `/api/v2/search?kind=to&query=${address}`,
  ]
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

async function rowOf(url: string, count: number, targetMs: number): Promise<string[]> {
  const { pathname, search } = new URL(url)
  const times: number[] = []
  let items = ''
  for (let i = 0; i < count; i++) {
    const since = performance.now()
    const answer = await fetch(url)
    const body = (await answer.json()) as Record<string, unknown>
    times.push(performance.now() - since)
    if (!answer.ok) throw new Error(`${pathname} answers ${answer.status}`)
    const list = body['data'] ?? body['messages'] ?? body['items']
    items = Array.isArray(list) ? String(list.length) : ''
  }
  const [median, most] = [percentile(times, 0.5), Math.max(...times)]
  const verdict = median < targetMs ? '' : `above ${targetMs}`
  return [pathname + search, items, median.toFixed(1), most.toFixed(1), verdict]
}
