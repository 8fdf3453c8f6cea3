import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, type BuildOptions, type Metafile } from 'esbuild'
import { leanAwsClients } from './bundling/aws-clients.ts'
import { builtinModulesAlone } from './bundling/builtin-modules.ts'
import { fileTypes, fileTypesOnDemand } from './bundling/file-types.ts'
import { oneStart } from './bundling/one-start.ts'

const root = join(import.meta.dirname, '..')

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}

/** The functions, each a folder of its own in `dist/functions`, which CDK packs as it is. */
export const functionNames = ['api', 'send', 'feedback', 'notify'] as const

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
  const metafile = await bundle(join(root, 'functions', `${name}.ts`), outdir, {
    besides: threads[name],
  })
  moveMaps(outdir)
  return metafile
}

/** Bundles a module that exports a handler, and what is not imported but started next to it. */
export async function bundle(
  start: string,
  outdir: string,
  { besides = {}, splitting = true }: Bundled = {},
): Promise<Metafile> {
  const entryPoints = { index: start, ...fileTypes, ...besides }
  const options = { ...bundling, entryPoints, outdir, splitting }
  const plugins = [await oneStart(start, options), ...bundling.plugins]
  return (await build({ ...options, plugins, metafile: true })).metafile
}

interface Bundled {
  readonly besides?: Readonly<Record<string, string>>
  readonly splitting?: boolean
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

/** What runs as a thread, which no import leads to: next to what starts it. */
const threads: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  api: {
    'reading-thread': 'api/captured/reading-thread.ts',
    'checking-thread': 'api/captured/checking-thread.ts',
  },
}

/** How esbuild makes the bundles; `npm run bench import` compares with other ways. */
export const bundling = {
  absWorkingDir: root,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  plugins: [builtinModulesAlone, leanAwsClients, fileTypesOnDemand],
  sourcemap: 'external',
  sourcesContent: false,
  // What is CommonJS asks for Node's own modules by `require`, which ESM does not have.
  banner: {
    js: "const require=process.getBuiltinModule('module').createRequire(import.meta.url);",
  },
  define: { 'process.env.POSTERN_VERSION': JSON.stringify(version) },
} satisfies BuildOptions

async function main() {
  for (const name of functionNames) await buildFunction(name)
  const inApi = (name: string) => join(bundlePath('api'), name)
  cpSync(join(root, 'templates'), inApi('starter-set'), { recursive: true })
  const console = join(root, 'dist/console')
  if (existsSync(console)) cpSync(console, inApi('console'), { recursive: true })
}

if (import.meta.main) await main()
