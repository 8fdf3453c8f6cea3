import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, type BuildOptions, type Metafile } from 'esbuild'

const root = join(import.meta.dirname, '..')

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}

/** The functions, each a folder of its own in `dist/functions`, which CDK packs as it is. */
export const functionNames = ['api', 'send'] as const

export function bundlePath(name: string): string {
  return join(root, 'dist/functions', name)
}

/**
 * Bundles one function, dependencies included, the same bytes from the same sources.
 *
 * With splitting, what is imported on first use lies in files of its own: only the engine in use is
 * loaded. CDK's own bundling writes a single file, which loads them all (docs/decisions/0007).
 */
export async function buildFunction(name: string, outdir = bundlePath(name)): Promise<Metafile> {
  for (const path of [outdir, mapsPath(outdir)]) rmSync(path, { recursive: true, force: true })
  const entryPoints = { index: `functions/${name}.ts`, ...threads[name] }
  const { metafile } = await build({ ...bundling, entryPoints, outdir, metafile: true })
  moveMaps(outdir)
  return metafile
}

/** Where the source maps of a bundle lie: they are more than half of it, and Lambda needs none. */
export function mapsPath(outdir: string): string {
  return `${outdir}-maps`
}

function moveMaps(outdir: string) {
  for (const map of globSync('**/*.map', { cwd: outdir })) {
    const target = join(mapsPath(outdir), map)
    mkdirSync(dirname(target), { recursive: true })
    renameSync(join(outdir, map), target)
  }
}

/** What runs as a thread, which no import leads to: next to the chunk that starts it. */
const threads: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  api: { 'chunks/reading-thread': 'api/captured/reading-thread.ts' },
}

/** How esbuild makes the bundles; `npm run bench import` compares with other ways. */
export const bundling = {
  absWorkingDir: root,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  sourcemap: 'external',
  sourcesContent: false,
  // What is CommonJS asks for Node's own modules by `require`, which ESM does not have.
  banner: {
    js: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);",
  },
  define: { 'process.env.POSTERN_VERSION': JSON.stringify(version) },
} as const satisfies BuildOptions

async function main() {
  for (const name of functionNames) await buildFunction(name)
  const console = join(root, 'dist/console')
  if (existsSync(console)) cpSync(console, join(bundlePath('api'), 'console'), { recursive: true })
}

if (import.meta.main) await main()
