import { strict as assert } from 'node:assert'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import type { Builder, Container } from './builder.ts'

/** In milliseconds: how long a container may take until its check says that it is well. */
const longestStartMs = 60_000

const email = { from: 'me@own.test', to: 'you@there.test', subject: 'Hello', text: 'It works.' }

/**
 * Uses an image as people do.
 *
 * @returns what was seen, a line each
 * @throws where something is not as it has to be
 */
export async function tryImage({ run }: Builder, data: string): Promise<string[]> {
  const port = String(await freePort())
  const variables = { POSTERN_PORT: port, POSTERN_SMTP_PORT: 'off', POSTERN_SMTPS_PORT: 'off' }
  const url = `http://127.0.0.1:${port}`
  let container = await run(data, variables)
  try {
    await untilHealthy(container)
    const user = await said(container, ['id', '-u'])
    assert.equal(user, '10001', 'it does not run as root')
    const written = await container.exec(['touch', '/opt/postern/here'])
    assert.notEqual(written.code, 0, 'its root cannot be written')
    const key = await said(container, ['cat', 'first-key'])
    const answer = await fetch(`${url}/emails`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(email),
    })
    assert.equal(answer.status, 200, 'it takes an email')
    const list = ['env', `POSTERN_API_KEY=${key}`, 'postern', '--url', url, 'captures', 'list']
    assert.match(await said(container, list), /you@there\.test/, 'its command line shows the email')
    assert.equal(await container.stop(), 0, 'SIGTERM ends it')

    container = await run(data, variables)
    await untilHealthy(container)
    assert.match(await said(container, list), /you@there\.test/, 'the email outlives the container')
  } finally {
    await container.stop()
  }
  return [
    'It is well by its own check, runs as 10001 with a read-only root, captured an email,',
    'ended at SIGTERM, and had the email when it was started again.',
  ]
}

async function said(container: Container, words: readonly string[]): Promise<string> {
  const { code, said } = await container.exec(words)
  assert.equal(code, 0, `${words.join(' ')}: ${said}`)
  return said.trim()
}

async function untilHealthy(container: Container): Promise<void> {
  const end = performance.now() + longestStartMs
  while (!(await container.isHealthy())) {
    assert.ok(performance.now() < end, 'it is well within a minute')
    await wait(200)
  }
}
