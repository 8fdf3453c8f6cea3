import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { RunningPostern } from '../../machine/start.ts'
import { temporaryDirectory as keptDirectory } from '../backends/local/temporary.ts'
import { startHere } from '../cli/run-command.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { appFiles, pageOf } from './example-app.ts'
import { exampleFile } from './test-examples.ts'

/*
 * The examples for test frameworks as they are printed: run where the framework can be had, otherwise
 * read by the language's own parser.
 */

/** Playwright's runner is installed there, apart. */
const clients = process.env['POSTERN_INBOX_CLIENTS'] ?? ''
const chromium = process.env['POSTERN_CHROMIUM'] ?? '/usr/bin/chromium'
const hasPlaywright = existsSync(join(clients, '@playwright/test')) && existsSync(chromium)

describe('an example of docs/test-examples.md', () => {
  const { path: directory, remove } = keptDirectory()
  let postern: RunningPostern
  let key: string
  beforeAll(async () => {
    // With a name of its own it wants keys, and makes the first.
    postern = await startHere({ directory, env: { POSTERN_HOSTS: 'postern.test' } })
    key = readFileSync(join(directory, 'first-key'), 'utf8').trim()
  })
  afterAll(async () => {
    await postern.stop()
    remove()
  })

  const runExample = (folder: string, ...command: string[]) =>
    run(folder, command, { POSTERN_URL: postern.url, POSTERN_API_KEY: key })

  it('for Vitest runs', async () => {
    const folder = folderOf('inbox.js', 'sign-up.test.js', 'app.js')
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
    const vitest = resolve('node_modules/vitest/vitest.mjs')
    const { code, said } = await runExample(folder, process.execPath, vitest, 'run')
    expect([code, said]).toEqual([0, expect.stringMatching(/Tests +1 passed/)])
  })

  const playwright = hasPlaywright
    ? 'for Playwright runs'
    : 'for Playwright runs (no @playwright/test in POSTERN_INBOX_CLIENTS, or no Chromium)'
  it.skipIf(!hasPlaywright)(playwright, async () => {
    const folder = folderOf('inbox.js', 'sign-up.spec.js')
    symlinkSync(clients, join(folder, 'node_modules'))
    const launchOptions = { executablePath: chromium, args: ['--no-sandbox'] }
    const use = { baseURL: await shop(`${postern.url}/emails`, key), launchOptions }
    const config = `export default ${JSON.stringify({ use })}`
    writeFileSync(join(folder, 'playwright.config.js'), config)
    const runner = join(clients, '@playwright/test/cli.js')
    const { code, said } = await runExample(folder, process.execPath, runner, 'test')
    expect([code, said]).toEqual([0, expect.stringContaining('1 passed')])
  })

  const python = '/usr/bin/python3'
  itWith(['pytest', python, '-c', 'import pytest'], 'for pytest runs', async () => {
    const folder = folderOf('test_sign_up.py', 'app.py')
    const { code, said } = await runExample(folder, python, '-m', 'pytest')
    expect([code, said]).toEqual([0, expect.stringContaining('1 passed')])
  })

  itWith(['phpunit', 'phpunit', '--version'], 'for PHPUnit runs', async () => {
    const folder = folderOf('Inbox.php', 'SignUpTest.php', 'app.php')
    const { code, said } = await runExample(folder, 'phpunit', 'SignUpTest.php')
    expect([code, said]).toEqual([0, expect.stringContaining('OK (1 test, 3 assertions)')])
  })

  itWith(['rspec', 'rspec', '--version'], 'for RSpec runs', async () => {
    const folder = folderOf('sign_up_spec.rb', 'app.rb')
    const { code, said } = await runExample(folder, 'rspec', 'sign_up_spec.rb')
    expect([code, said]).toEqual([0, expect.stringContaining('1 example, 0 failures')])
  })

  it('for Cypress is JavaScript', async () => {
    const folder = folderOf('sign-up.cy.js')
    const { code } = await run(folder, [process.execPath, '--check', 'sign-up.cy.js'])
    expect(code).toBe(0)
  })

  itWith(['php', 'php', '--version'], 'for Laravel is PHP', async () => {
    const folder = folderOf('SignUpFeatureTest.php')
    expect((await run(folder, ['php', '-l', 'SignUpFeatureTest.php'])).code).toBe(0)
  })
})

/** Skipped, with the reason, where a command says that a tool is not there. */
function itWith(
  [tool, program, ...args]: readonly [string, string, ...string[]],
  name: string,
  test: () => Promise<void>,
) {
  const { status } = spawnSync(program, args, { stdio: 'ignore' })
  it.skipIf(status !== 0)(status === 0 ? name : `${name} (no ${tool})`, test)
}

/** A folder with these files of the page, or of the application. */
function folderOf(...names: string[]): string {
  const folder = temporaryDirectory()
  const all: Readonly<Record<string, string>> = appFiles
  for (const name of names) writeFileSync(join(folder, name), all[name] ?? exampleFile(name))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  return folder
}

function run(
  cwd: string,
  [program, ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: unknown; said: string }> {
  // Of Vitest around it, which its own kind would take for orders.
  const { VITEST: _, ...outside } = process.env
  const options = { cwd, env: { ...outside, NO_COLOR: '1', FORCE_COLOR: undefined, ...env } }
  return new Promise((done) => {
    execFile(program!, args, options, (error, out, err) =>
      done({ code: error ? error.code : 0, said: out + err }),
    )
  })
}

/** The application as a browser sees it. @returns where it is */
async function shop(emails: string, key: string): Promise<string> {
  const server = createServer((request, response) => {
    void (async () => {
      const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString())
      const to = form.get('email')
      if (to) await sendCode(emails, key, to)
      response.setHeader('content-type', 'text/html').end(pageOf(request.url ?? '', form))
    })()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function sendCode(emails: string, key: string, to: string) {
  await fetch(emails, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({
      from: 'shop@own.test',
      to,
      subject: 'Your code',
      text: 'Your code is 481516.',
    }),
  })
}
