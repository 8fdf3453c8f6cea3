import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { printTable } from './table.ts'

/** What `npm run build` makes, and how large it may be. */
interface Budget {
  readonly what: string
  /** Below `dist/`. */
  readonly folder: string
  /** Only these files of it; source maps never count. */
  readonly files: RegExp
  /** Most kB, as the files lie there and gzipped. */
  readonly mostKb?: number
  readonly mostGzippedKb?: number
}

const budgets: readonly Budget[] = [
  // Read and compiled at every cold start.
  { what: 'api function, at start', folder: 'functions/api', files: /^index\.mjs$/, mostKb: 480 },
  { what: 'send function, at start', folder: 'functions/send', files: /^index\.mjs$/, mostKb: 380 },
  // Uploaded and unpacked; the rest is loaded when it is needed.
  { what: 'api function, all', folder: 'functions/api', files: /\.mjs$/, mostKb: 1_700 },
  { what: 'send function, all', folder: 'functions/send', files: /\.mjs$/, mostKb: 2_000 },
  // Sent to every browser at its first visit.
  { what: 'console', folder: 'console', files: /\.(js|css)$/, mostGzippedKb: 60 },
]

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
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
    budget.files.test(file),
  )
  const contents = files.map((file) => readFileSync(join(folder, file)))
  const sum = (sizes: number[]) => sizes.reduce((all, size) => all + size, 0) / 1_000
  return {
    ...budget,
    kb: sum(contents.map(({ length }) => length)),
    gzippedKb: sum(contents.map((content) => gzipSync(content).length)),
  }
}

main()
