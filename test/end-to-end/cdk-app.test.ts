import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { readProjectFile } from '../house/tree.ts'

/** As a Node that is too old for TypeScript runs it, which is what a global `cdk` may bring. */
const tooOld = '--no-experimental-strip-types'

function runApp(app: string, output: string) {
  const env = { ...process.env, CDK_OUTDIR: output }
  return spawnSync(process.execPath, [tooOld, app], { env, encoding: 'utf8' })
}

describe('the app that cdk runs', () => {
  it('is the one that cdk.json names', () => {
    expect(JSON.parse(readProjectFile('cdk.json'))).toMatchObject({ app: 'node bin/cdk-app.js' })
  })

  it('runs under a Node without TypeScript, with the one that npm ci brought', () => {
    const output = temporaryDirectory()
    const { status, stderr } = runApp(resolve('bin/cdk-app.js'), output)
    expect([status, stderr]).toEqual([0, ''])
    expect(existsSync(join(output, 'Postern-staging.template.json'))).toBe(true)
  }, 60_000)

  it('says what to do where there is none', () => {
    const elsewhere = temporaryDirectory()
    mkdirSync(join(elsewhere, 'bin'))
    writeFileSync(join(elsewhere, 'package.json'), '{"type":"module"}')
    cpSync('bin/cdk-app.js', join(elsewhere, 'bin/cdk-app.js'))
    const { status, stderr } = runApp(join(elsewhere, 'bin/cdk-app.js'), elsewhere)
    expect(status).toBe(1)
    expect(stderr).toBe(
      `The app needs Node 22.18 or newer, and this is ${process.version}: run npm ci, which brings one.\n`,
    )
  })
})
