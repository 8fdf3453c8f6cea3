import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { accept } from './accept.ts'
import { checks } from './checks.ts'
import { cost } from './cost.ts'
import { endToEnd } from './end-to-end.ts'
import { importing } from './importing.ts'
import { Interruption } from './interruption.ts'
import { latency } from './latency.ts'
import { captures, lists } from './lists.ts'
import { describeMachine } from './machine.ts'
import { start } from './start.ts'
import { stored } from './stored.ts'
import { suppressed } from './suppressed.ts'
import { template } from './template.ts'
import { told } from './told.ts'
import { webhooks } from './webhooks.ts'

/** Each prints Markdown, and takes how many rounds to measure. */
const benches: Readonly<Record<string, (rounds: number) => Promise<void>>> = {
  start,
  accept,
  cost,
  'end-to-end': endToEnd,
  latency,
  stored,
  lists,
  captures,
  suppressed,
  webhooks,
  told,
  import: importing,
  template,
  checks,
}

const usage = `npm run bench -- [--rounds N] [NAME...]   N is 5 unless given; all of them unless named:
  ${Object.keys(benches).join(', ')}`

process.exitCode = await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<number> {
  const asked = read(words)
  if (!asked) {
    console.error(usage)
    return 2
  }
  try {
    printMachine()
    for (const name of asked.names) await benches[name]!(asked.rounds)
    printLoad()
    return 0
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
    console.error(error.message)
    return 130
  }
}

/** What figures depend on. */
function printMachine() {
  const { at, commit, processors, memoryGigabytes, system, node, syncMs } = describeMachine()
  console.log(`${at}, ${commit}, ${processors}, ${memoryGigabytes} GB, ${system}, Node ${node}.`)
  console.log(`A page and its sync take ${syncMs.p50} ms (p50), ${syncMs.p99} ms (p99).`)
  printLoad()
}

/** Ours counts too: about 2 while all goes well. */
function printLoad() {
  const [minute, , quarter] = loadavg().map((load) => load.toFixed(1))
  console.log(`Load of the machine: ${minute} over a minute, ${quarter} over a quarter of an hour.`)
}

function read(words: readonly string[]): { names: readonly string[]; rounds: number } | undefined {
  try {
    const options = { rounds: { type: 'string', default: '5' } } as const
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true })
    const rounds = Number(values.rounds)
    const names = positionals.length > 0 ? positionals : Object.keys(benches)
    const isFit = Number.isInteger(rounds) && rounds > 0 && names.every((name) => name in benches)
    return isFit ? { names, rounds } : undefined
  } catch {
    return undefined
  }
}
