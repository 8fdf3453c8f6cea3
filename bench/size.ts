import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { printTable } from './table.ts'

/** What `npm run build` makes, and how large it may be. */
interface Budget {
  readonly what: string
  /** Below `dist/`. */
  readonly folder: string
  /** Only these files of it; source maps never count. */
  readonly files: RegExp
  /** Only these and what they import at once, of files that are loaded one by one. */
  readonly from?: string
  /** Most kB, as the files lie there and gzipped. */
  readonly mostKb?: number
  readonly mostGzippedKb?: number
}

const budgets: readonly Budget[] = [
  // Read and compiled at every cold start.
  { what: 'api function, at start', ...bundleOf('api'), from: 'index.mjs', mostKb: 640 },
  { what: 'send function, at start', ...bundleOf('send'), from: 'index.mjs', mostKb: 580 },
  // Uploaded and unpacked; the rest is loaded when it is needed. Some 290 kB are the tables of
  // charsets by which captures are read.
  { what: 'api function, all', ...bundleOf('api'), mostKb: 2_500 },
  { what: 'send function, all', ...bundleOf('send'), mostKb: 2_400 },
  // Sent to every browser at its first visit.
  { what: 'console', folder: 'console', files: /\.(js|css)$/, mostGzippedKb: 60 },
]

function bundleOf(name: string) {
  return { folder: `functions/${name}`, files: /\.mjs$/ }
}

/** Prints the sizes; exits with 1 when one of them is over its budget. */
function main() {
  const rows = budgets.map(measured)
  printTable('sizes, kB', [
    ['', 'size', 'at most', 'gzipped', 'at most'],
    ...rows.map(({ what, kb, mostKb, gzippedKb, mostGzippedKb }) => [
      what,
      kb.toFixed(0),
      mostKb?.toString() ?? '',
      gzippedKb.toFixed(0),
      mostGzippedKb?.toString() ?? '',
    ]),
  ])
  for (const { what, kb, mostKb = kb, gzippedKb, mostGzippedKb = gzippedKb } of rows)
    if (kb > mostKb || gzippedKb > mostGzippedKb) {
      console.error(`${what}: over budget`)
      process.exitCode = 1
    }
}

function measured(budget: Budget) {
  const folder = join(import.meta.dirname, '../dist', budget.folder)
  if (!existsSync(folder)) throw new Error(`dist/${budget.folder} is missing: npm run build`)
  const all = readdirSync(folder, { recursive: true }) as string[]
  const files = budget.from
    ? loadedBy(folder, budget.from)
    : all.filter((file) => budget.files.test(file))
  const contents = files.map((file) => readFileSync(join(folder, file)))
  const sum = (sizes: number[]) => sizes.reduce((all, size) => all + size, 0) / 1_000
  return {
    ...budget,
    kb: sum(contents.map(({ length }) => length)),
    gzippedKb: sum(contents.map((content) => gzipSync(content).length)),
  }
}

/** Chunks import one another by names that esbuild writes without a space before them. */
function loadedBy(folder: string, entry: string): string[] {
  const files = new Set([entry])
  for (const file of files) {
    const source = readFileSync(join(folder, file), 'utf8')
    for (const [, path] of source.matchAll(/(?:from|import)"(\.\.?\/[^"]+\.mjs)"/g))
      files.add(join(dirname(file), path!))
  }
  return [...files]
}

main()
