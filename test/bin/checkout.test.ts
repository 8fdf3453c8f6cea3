import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { version } from '../../machine/version.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { othersMayEnter } from '../others-may-enter.ts'

const folders = 'api backends bin cli console engines functions lib machine mail submission'
const node = resolve('node_modules/.bin/node')

/** What a build needs to be asked for, with a build that only counts itself. */
function checkout() {
  const root = temporaryDirectory()
  for (const folder of folders.split(' ')) mkdirSync(join(root, folder))
  for (const file of ['package-lock.json', 'tsconfig.build.json', 'vite.config.ts'])
    writeFileSync(join(root, file), '')
  const build = `node -e "fs.mkdirSync('dist', { recursive: true }); fs.writeFileSync('dist/sbom.cdx.json', ''); fs.appendFileSync('builds', 'x')"`
  writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module', scripts: { build } }))
  mkdirSync(join(root, 'node_modules/@typescript/native'), { recursive: true })
  cpSync('bin/prepare.ts', join(root, 'bin/prepare.ts'))
  const prepare = () => spawnSync(node, [join(root, 'bin/prepare.ts')], { encoding: 'utf8' })
  const builds = () => readFileSync(join(root, 'builds'), 'utf8').length
  return { root, prepare, builds }
}

/** As if it had been changed a minute from now. */
function touch(path: string) {
  const later = Date.now() / 1_000 + 60
  utimesSync(path, later, later)
}

describe('preparing a checkout', () => {
  it('builds once, says so in a line, and leaves what is built alone until a source is newer', () => {
    const { root, prepare, builds } = checkout()
    expect(prepare().stderr).toMatch(/^Building Postern.*\n$/)
    expect([prepare().stderr, builds()]).toEqual(['', 1])
    touch(join(root, 'mail'))
    expect([prepare().stderr, builds()]).toEqual([expect.stringMatching(/^Building/), 2])
  })

  it('goes on without the compiler, and says what is missing', () => {
    const { root, prepare } = checkout()
    rmSync(join(root, 'node_modules'), { recursive: true })
    const { status, stderr } = prepare()
    expect(status).toBe(0)
    expect(stderr).toMatch(/^Postern is not built, for --omit=dev .*\n$/)
  })
})

describe('bin/postern', () => {
  const bare = { PATH: '/usr/bin:/bin' }

  it('runs by a link, in any directory, without a Node on the PATH', () => {
    const link = join(temporaryDirectory(), 'postern')
    symlinkSync(resolve('bin/postern'), link)
    const out = execFileSync(link, ['--version'], { cwd: '/', env: bare, encoding: 'utf8' })
    expect(out.trim()).toBe(version)
  })

  const mayBeAnother = process.getuid?.() === 0 && othersMayEnter()
  it.skipIf(!mayBeAnother)('runs for a user who may not write there', () => {
    const user = { uid: 65_534, gid: 65_534 }
    const options = { ...user, cwd: '/', env: bare, encoding: 'utf8' } as const
    expect(execFileSync(resolve('bin/postern'), ['--version'], options).trim()).toBe(version)
  })

  it('says what to do where nothing is installed', () => {
    const { root } = checkout()
    rmSync(join(root, 'node_modules'), { recursive: true })
    for (const file of ['postern', 'run.js']) cpSync(join('bin', file), join(root, 'bin', file))
    chmodSync(join(root, 'bin/postern'), 0o755)
    const { status, stderr } = spawnSync(join(root, 'bin/postern'), [], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([2, `postern: run npm ci in ${root} first\n`])
  })
})
