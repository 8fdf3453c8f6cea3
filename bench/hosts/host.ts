import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A Node and an npm, as a host has them. */
export interface Host {
  readonly node: string
  readonly npm: string
  /** The environment of a shell there: these two come first on the PATH. */
  readonly env: NodeJS.ProcessEnv
}

export const run = promisify(execFile)

/** Where Nodes and npms are kept from run to run; they come from the npm registry or its cache. */
const tools = join(import.meta.dirname, '../../node_modules/.hosts')

/** The latest of a major version of both. */
export async function hostWith(node: string, npm: string): Promise<Host> {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const nodeHome = await fetched(`node-${platform}-${process.arch}`, node)
  const npmHome = await fetched('npm', npm)
  const bin = join(tools, `node-${node}-npm-${npm}`)
  rmSync(bin, { recursive: true, force: true })
  mkdirSync(bin)
  symlinkSync(join(nodeHome, 'bin/node'), join(bin, 'node'))
  for (const name of ['npm', 'npx'])
    symlinkSync(join(npmHome, `bin/${name}-cli.js`), join(bin, name))
  return {
    node: versionOf(nodeHome),
    npm: versionOf(npmHome),
    env: { ...plainEnv(), PATH: `${bin}:/usr/local/bin:/usr/bin:/bin` },
  }
}

/** Without what npm tells the scripts it runs, as this one. */
function plainEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))
}

async function fetched(name: string, major: string): Promise<string> {
  const prefix = join(tools, `${name}-${major}`)
  const home = join(prefix, 'node_modules', name)
  if (!existsSync(home)) {
    mkdirSync(prefix, { recursive: true })
    const words = ['install', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-save']
    await run('npm', [...words, '--ignore-scripts', `${name}@${major}`])
  }
  return home
}

function versionOf(home: string): string {
  return (JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string })
    .version
}
