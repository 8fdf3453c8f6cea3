import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { readFolder } from '../mail/template/folder.ts'
import { columns, headings, inPairs } from './pairs.ts'
import { acceptingRig } from './rig.ts'
import { spread } from './statistics.ts'
import { printTable } from './table.ts'

const folder = join(import.meta.dirname, '../templates')
const renderings = 10_000
const name = 'one-time-code'
const locale = 'de'
/** Emails of a round. */
const total = 3_000

/** The starter set: read, rendered, and named by emails, next to emails that bring the same words. */
export async function template(rounds: number): Promise<void> {
  await read(rounds)
  await accept(rounds)
}

async function read(rounds: number) {
  const reading: number[] = []
  const rendering: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now()
    const { templates } = await readFolder(starterFiles(), async () => undefined)
    const read = performance.now() - started
    const code = templates.get(name)!
    const wish = { variables: code.source.samples!, locale }
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

/** `POST /emails` with the one-time code, by its template and in its words. */
async function accept(rounds: number) {
  const { templates } = await readFolder(starterFiles(), async () => undefined)
  const code = templates.get(name)!
  const { source } = code
  const made = code.render({ variables: source.samples!, locale })
  if ('faults' in made) throw new Error('the one-time code cannot be rendered')
  const { subject, html } = made.rendered
  const envelope = { from: 'Shop <shop@example.com>', to: ['user@example.net'] }
  const byTemplate = { ...envelope, template: { id: name, variables: source.samples, locale } }
  const traffic = { clients: 10, kilobytes: 3 }
  const open = [
    () => acceptingRig({ ...traffic, email: byTemplate }),
    () => acceptingRig({ ...traffic, email: { ...envelope, subject, html } }),
  ] as const
  const pairs = await inPairs(open, total, rounds * 4)
  printTable(`Accept: by a template (this), in its words (that); pairs of rounds: ${rounds * 4}`, [
    headings,
    ['clients: 10', ...columns(pairs)],
  ])
}

/** The starter set, by the path of each file. */
export function starterFiles(): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  return new Map(
    paths.map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8')]),
  )
}
