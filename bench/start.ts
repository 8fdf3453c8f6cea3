import { orInterrupted } from './interruption.ts'
import { startBareServer, startPostern, type ServerProcess } from './server-process.ts'
import { median, spread } from './statistics.ts'
import { printTable } from './table.ts'
import { rssMegabytes } from './process-usage.ts'

/** How long a process is left alone before its memory is read, in milliseconds. */
const idleMs = 5_000

/**
 * From the begin of the process that `npm start` runs to its first 200 of `/v1/health`, on an
 * empty directory; for comparison the least that Node can do, on the same machine in turns.
 */
export async function start(rounds: number): Promise<void> {
  const postern = () => startPostern({ engine: 'noop' })
  const times = { postern: [] as number[], bare: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    times.postern.push(await readyMsOf(postern))
    times.bare.push(await readyMsOf(startBareServer))
  }
  const memory = await Promise.all([postern, startBareServer].map(idleRss))
  printTable(`Start, ${rounds} runs`, [
    ['', 'ready, ms: median (least-most)', 'idle RSS, MB'],
    ['postern start', spread(times.postern), shown(memory[0])],
    ['bare node:http server', spread(times.bare), shown(memory[1])],
    ['ratio', ratio(median(times.postern), median(times.bare)), ratio(memory[0], memory[1])],
  ])
}

async function readyMsOf(open: () => Promise<ServerProcess>): Promise<number> {
  const server = await open()
  await server.stop()
  return server.readyMs
}

async function idleRss(open: () => Promise<ServerProcess>): Promise<number | undefined> {
  const server = await open()
  try {
    await orInterrupted(new Promise((resolve) => setTimeout(resolve, idleMs)))
    return rssMegabytes(server.pid)
  } finally {
    await server.stop()
  }
}

function shown(megabytes: number | undefined): string {
  return megabytes === undefined ? 'not measured here' : megabytes.toFixed(0)
}

function ratio(one: number | undefined, other: number | undefined): string {
  return one === undefined || other === undefined ? '' : (one / other).toFixed(1)
}
