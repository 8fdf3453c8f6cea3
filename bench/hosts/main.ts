import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { printTable } from '../table.ts'
import { hostWith } from './host.ts'
import { ways, type Way } from './install.ts'
import { tryOut } from './try.ts'

const usage = `npm run hosts -- [--node 20,22,24,26] [--npm 10,11,12] [--ways ${Object.keys(ways).join()}]

Installs Postern with each Node and npm in each way, starts it, sends an email, and prints a table
of what happened. Exits with 1 where it neither works nor says in one sentence what to do. Nodes and
npms are kept in node_modules/.hosts; packages come from npm's cache.`

const { values } = parseArgs({
  options: {
    node: { type: 'string', default: '20,22,24,26' },
    npm: { type: 'string', default: '10,11,12' },
    ways: { type: 'string', default: Object.keys(ways).join() },
    help: { type: 'boolean' },
  },
})

if (values.help) console.log(usage)
else await main(values.ways.split(',') as Way[])

async function main(wanted: readonly Way[]) {
  const rows: string[][] = []
  for (const node of values.node.split(','))
    for (const npm of values.npm.split(',')) rows.push(await rowOf(node, npm, wanted))
  const sentences: string[] = []
  const short = rows.map((row) => row.map((cell) => shortened(cell, sentences)))
  printTable('hosts', [['Node', 'npm', ...wanted], ...short])
  for (const [index, sentence] of sentences.entries()) console.log(`${index + 1}. ${sentence}`)
  if (sentences.some((sentence) => !/^postern/i.test(sentence))) process.exitCode = 1
}

/** A sentence goes below the table, once, and its number into the cell. */
function shortened(cell: string, sentences: string[]): string {
  const [, word, sentence, remarks] =
    /^(npm fails|says): (.*?)((?:; \d+ × EBADENGINE)?)$/.exec(cell) ?? []
  if (sentence === undefined) return cell
  if (!sentences.includes(sentence)) sentences.push(sentence)
  return `${word} (${sentences.indexOf(sentence) + 1})${remarks}`
}

async function rowOf(node: string, npm: string, wanted: readonly Way[]): Promise<string[]> {
  const host = await hostWith(node, npm)
  const cells: string[] = []
  for (const way of wanted) {
    const directory = mkdtempSync(join(tmpdir(), 'postern-host-'))
    try {
      cells.push(await tryOut(host, await ways[way](host, directory)))
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
    console.error(`Node ${host.node}, npm ${host.npm}, ${way}: ${cells.at(-1)}`)
  }
  return [host.node, host.npm, ...cells]
}
