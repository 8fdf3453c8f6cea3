import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readProjectFile } from '../house/tree.ts'

/** Runs the app of a page as it stands there; packages are found from below the project alone. */
function synthesise(page: string): string[] {
  mkdirSync('.vitest', { recursive: true })
  const folder = mkdtempSync(resolve('.vitest/recipe-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const blocks = readProjectFile(page).match(/(?<=```ts\n)[^`]*?new App\(\)[^]*?(?=\n```)/)!
  const app = blocks[0].replace("'postern'", `'${resolve('lib/index.ts')}'`)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'app.ts'), app)
  const env = { ...process.env, CDK_OUTDIR: folder, CDK_DEFAULT_ACCOUNT: '111122223333' }
  const { stderr } = spawnSync(process.execPath, [join(folder, 'app.ts')], {
    env,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return readdirSync(folder).filter((name) => name.endsWith('.template.json'))
}

describe('the recipes of the documentation', () => {
  it.each([
    ['docs/aws/cloudfront.md', ['Mail.template.json', 'MailFirewall.template.json']],
    ['docs/aws/private.md', ['Mail.template.json']],
  ])(
    '%s is an app as it stands',
    (page, templates) => {
      expect(synthesise(page)).toEqual(expect.arrayContaining(templates))
    },
    60_000,
  )
})
