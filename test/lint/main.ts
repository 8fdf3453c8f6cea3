import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

/*
 * `npm run lint`, of everything or of the files that are named. The linter is installed here, when it
 * is asked for first and when its lock file has changed: with it a clone would wait for 92 packages
 * more.
 */
const place = import.meta.dirname
const installed = join(place, 'node_modules/.package-lock.json')
const eslint = join(place, 'node_modules/eslint/bin/eslint.js')
const dockerfileUtils = join(place, 'node_modules/dockerfile-utils/bin/dockerfile-utils')

function run(command: string, words: readonly string[], cwd = process.cwd()) {
  const { status } = spawnSync(command, words, { cwd, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

function isCurrent() {
  return existsSync(installed) && changed(installed) >= changed(join(place, 'package-lock.json'))
}

const changed = (path: string) => statSync(path).mtimeMs

if (!isCurrent()) {
  process.stderr.write('Installing the linter, this once.\n')
  run('npm', ['ci', '--silent', '--ignore-scripts', '--prefer-offline', '--no-audit'], place)
}
const paths = process.argv.slice(2)
run(process.execPath, [eslint, ...(paths.length > 0 ? paths : ['.'])])
if (paths.length === 0) run(process.execPath, [dockerfileUtils, 'lint', 'Dockerfile'])
