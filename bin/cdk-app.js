// What `cdk` runs, with the Node that is on the PATH: a cdk installed globally, yarn and pnpm bring
// the host's, which may be too old for TypeScript. So this is plain JavaScript.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath, URL } from 'node:url'

if (process.features.typescript) await import('./app.ts')
else process.exitCode = runWithOwnNode()

/** With the Node that `npm ci` brings. */
function runWithOwnNode() {
  const nodes = ['node', 'node.exe'].map((name) => at(`../node_modules/node/bin/${name}`))
  const node = nodes.find((path) => existsSync(path))
  if (node) return spawnSync(node, [at('app.ts')], { stdio: 'inherit' }).status ?? 1
  process.stderr.write(
    `The app needs Node 22.18 or newer, and this is ${process.version}: run npm ci, which brings one.\n`,
  )
  return 1
}

function at(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}
