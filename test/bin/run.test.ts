import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { version } from '../../machine/version.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { readProjectFile } from '../house/tree.ts'

/** As a Node that is too old for TypeScript runs it: the host's, or that of a global `cdk`. */
const tooOld = ['--no-experimental-strip-types']

function run(root: string, file: string, flags: readonly string[] = []) {
  const words = [...flags, join(root, 'bin/run.js'), file, '--version']
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  return [status, stdout + stderr]
}

/** A checkout with one TypeScript file and without a Node of its own. */
function checkout(source: string) {
  const root = temporaryDirectory()
  for (const folder of ['bin', 'node_modules']) mkdirSync(join(root, folder))
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  writeFileSync(join(root, 'bin/start.ts'), source)
  cpSync('bin/run.js', join(root, 'bin/run.js'))
  return root
}

describe('bin/run.js', () => {
  it.each(['cdk.json', 'package.json'])('stands between %s and TypeScript', (file) => {
    expect(readProjectFile(file)).toMatch(/"node (--max-\S+ )?bin\/run\.js \w+\.ts"/)
    expect(readProjectFile(file)).not.toMatch(/"node (--\S+ )?bin\/\w+\.ts/)
  })

  it.each([[[]], [tooOld]])('runs a file with the Node that can: %j', (flags) => {
    expect(run(resolve('.'), 'postern.ts', flags)).toEqual([0, `${version}\n`])
  })

  it('gives the young generation the same room whatever way Postern is started', () => {
    const ways = ['package.json', 'bin/postern', 'Dockerfile', 'machine/systemd-unit.ts']
    const rooms = ways.map((file) => /--max-semi-space-size=\d+/.exec(readProjectFile(file))?.[0])
    expect(new Set(rooms)).toEqual(new Set(['--max-semi-space-size=8']))
  })

  it('finds the Node that npm ci brought where npm 10 has not linked it, and links it', () => {
    const root = checkout('process.stdout.write(process.argv[2]!)')
    const platform = `node_modules/node-${process.platform}-${process.arch}/bin`
    for (const folder of [platform, 'node_modules/.bin'])
      mkdirSync(join(root, folder), { recursive: true })
    symlinkSync(process.execPath, join(root, platform, 'node'))
    expect(run(root, 'start.ts', tooOld)).toEqual([0, '--version'])
    expect(realpathSync(join(root, 'node_modules/.bin/node'))).toBe(realpathSync(process.execPath))
  })

  it('says what to do on an old Node where npm ci brought none', () => {
    expect(run(checkout(''), 'start.ts', tooOld)).toEqual([
      2,
      `postern: the sources need Node 22.18 or newer, and this is ${process.version}: install it, or run npm ci without --omit, which brings one\n`,
    ])
  })

  it('says what to do where a package is missing', () => {
    expect(run(checkout(`import 'aws-cdk-lib'`), 'start.ts')).toEqual([
      2,
      'postern: aws-cdk-lib is not installed: run npm ci, without --omit\n',
    ])
  })
})
