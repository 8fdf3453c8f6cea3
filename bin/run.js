// Runs a TypeScript file of this folder: `node bin/run.js start.ts`. With the Node that runs this, or
// where that is too old with the one that `npm ci` brought. So this is plain JavaScript, for any Node.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import module from 'node:module'
import { dirname, relative } from 'node:path'
import process from 'node:process'
import { fileURLToPath, URL } from 'node:url'

// Before the first TypeScript: else what strips types is loaded for it, which takes 10 MB; and 20 MB
// and a tenth of a second in each thread, which finds the cache only by this variable.
module.enableCompileCache?.()
const cache = module.getCompileCacheDir?.()
if (cache) process.env.NODE_COMPILE_CACHE ??= dirname(cache)

const load = {
  'app.ts': () => import('./app.ts'),
  'postern.ts': () => import('./postern.ts'),
  'prepare.ts': () => import('./prepare.ts'),
  'start.ts': () => import('./start.ts'),
}
const [file, ...words] = process.argv.slice(2)

const [platform, program] =
  process.platform === 'win32' ? ['win', 'node.exe'] : [process.platform, 'node']
const broughtNode = at(`../node_modules/node-${platform}-${process.arch}/bin/${program}`)
if (file === 'prepare.ts' && existsSync(broughtNode)) linkForScripts()

if (!existsSync(at('../node_modules'))) refuse(`run npm ci in ${at('..').slice(0, -1)} first`)
else if (process.features.typescript) await runHere()
else runWithOwnNode()

async function runHere() {
  process.argv.splice(1, 2, at(file))
  await load[file]().catch((error) => {
    const name = /^Cannot find package '(.+?)'/.exec(error.message)?.[1]
    if (!name) throw error
    refuse(`${name} is not installed: run npm ci, without --omit`)
  })
}

function runWithOwnNode() {
  if (!existsSync(broughtNode))
    return refuse(
      `the sources need Node 22.18 or newer, and this is ${process.version}: ` +
        'install it, or run npm ci without --omit, which brings one',
    )
  linkForScripts()
  const limits = process.execArgv.filter((flag) => flag.startsWith('--max-'))
  const again = [...limits, at('run.js'), file, ...words]
  process.exitCode = spawnSync(broughtNode, again, { stdio: 'inherit' }).status ?? 1
}

/**
 * Npm 10 leaves the first link out, by which npm scripts and npx find the Node; the second is where
 * the package `node` of the registry has it.
 */
function linkForScripts() {
  for (const path of ['../node_modules/.bin/node', 'node/bin/node'])
    try {
      mkdirSync(dirname(at(path)), { recursive: true })
      symlinkSync(relative(dirname(at(path)), broughtNode), at(path))
    } catch {
      // It is there, or the checkout is another user's: then it is only slower.
    }
}

/** In one sentence, and with the code for a wrong call. */
function refuse(reason) {
  process.stderr.write(`postern: ${reason}\n`)
  process.exitCode = 2
}

function at(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}
