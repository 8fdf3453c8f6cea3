import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { readFolder } from '../mail/template/folder.ts'
import { spread } from './statistics.ts'
import { printTable } from './table.ts'

const folder = join(import.meta.dirname, '../templates')
const renderings = 10_000

/** How long it takes to read the starter set, and to render its one-time code. */
export async function template(rounds: number): Promise<void> {
  const reading: number[] = []
  const rendering: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now()
    const { templates } = await readFolder(files(), async () => undefined)
    const read = performance.now() - started
    const code = templates.get('one-time-code')!
    const wish = { variables: code.source.samples!, locale: 'de' }
    const from = performance.now()
    for (let count = 0; count < renderings; count++) code.render(wish)
    // The first round warms up.
    if (round === 0) continue
    reading.push(read)
    rendering.push(((performance.now() - from) / renderings) * 1_000)
  }
  printTable('Templates: the starter set', [
    ['what', 'median (least-most)'],
    ['read six templates in ten languages, ms', spread(reading)],
    ['render the one-time code, µs', spread(rendering)],
  ])
}

function files(): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  return new Map(
    paths.map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8')]),
  )
}
