import { readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { build, type BuildOptions, type Loader, type Metafile, type Plugin } from 'esbuild'

/**
 * Keeps what a function loads at its start in one file. esbuild writes a chunk for each set of
 * modules that the same later imports share, which came to thirty files of 0.3 ms each. A module
 * that is imported later therefore imports the start too, which is long there when it does: so all
 * of the start is shared by all, and one chunk.
 */
export async function oneStart(start: string, options: BuildOptions): Promise<Plugin> {
  const quickly = { minify: false, sourcemap: false, write: false } as const
  const { metafile } = await build({ ...options, ...quickly, plugins: [], metafile: true as const })
  const root = options.absWorkingDir!
  const later = importedLater(metafile, relative(root, start)).map((path) => join(root, path))
  return {
    name: 'one start',
    setup(build) {
      build.onLoad({ filter: /\.(ts|m?js)$/ }, ({ path }) =>
        later.includes(path)
          ? {
              contents: `${readFileSync(path, 'utf8')}\nimport ${JSON.stringify(start)}`,
              loader: extname(path).replace(/^\.m?/, '') as Loader,
            }
          : undefined,
      )
    },
  }
}

/** What only an `import()` leads to, of the files that can `import` something themselves. */
function importedLater({ inputs }: Metafile, start: string): string[] {
  const atStart = new Set([start])
  for (const path of atStart)
    for (const { kind, path: next, external } of inputs[path]!.imports)
      if (kind !== 'dynamic-import' && !external) atStart.add(next)
  const imports = Object.values(inputs).flatMap(({ imports }) => imports)
  const later = imports.filter(({ kind, external }) => kind === 'dynamic-import' && !external)
  return [...new Set(later.map(({ path }) => path))].filter(
    (path) => !atStart.has(path) && inputs[path]!.format === 'esm',
  )
}
