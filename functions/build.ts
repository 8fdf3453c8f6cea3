import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Metafile } from 'esbuild'

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
 * loaded. CDK's own bundling writes a single file, which loads them all (docs/decisions).
 */
export async function buildFunction(name: string, outdir = bundlePath(name)): Promise<Metafile> {
  rmSync(outdir, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: `functions/${name}.ts` },
    outdir,
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
    sourcemap: 'linked',
    sourcesContent: false,
    // What is CommonJS asks for Node's own modules by `require`, which ESM does not have.
    banner: {
      js: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);",
    },
    define: { 'process.env.POSTERN_VERSION': JSON.stringify(version) },
    metafile: true,
  })
  return metafile
}

async function main() {
  for (const name of functionNames) await buildFunction(name)
  const console = join(root, 'dist/console')
  if (existsSync(console)) cpSync(console, join(bundlePath('api'), 'console'), { recursive: true })
}

if (import.meta.main) await main()
