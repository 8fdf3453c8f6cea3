import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningPostern } from '../../machine/start.ts'
import { temporaryDirectory } from '../backends/local/temporary.ts'
import { startHere } from '../cli/run-command.ts'

/*
 * Test suites run side by side, each waiting for its own email in one inbox while the others clear
 * theirs. POSTERN_INBOX_ROUNDS=1000 is the long form.
 */
const rounds = Number(process.env['POSTERN_INBOX_ROUNDS'] ?? 40)

const workers = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8']

interface Captured {
  readonly data: readonly { readonly subject: string }[]
}

describe(`${workers.length} workers with one inbox, ${rounds} rounds`, { timeout: 900_000 }, () => {
  let postern: RunningPostern
  const directory = temporaryDirectory()
  beforeAll(async () => {
    postern = await startHere({ directory: directory.path })
    const projects = Object.fromEntries(workers.map((name) => [name, {}]))
    const { version } = (await (await ask('default', 'GET', '/v1/settings')).json()) as {
      version: string
    }
    await ask('default', 'PUT', '/v1/settings', { settings: { projects }, version })
  })
  afterAll(async () => {
    await postern.stop()
    directory.remove()
  })

  async function ask(project: string, method: string, path: string, body?: object) {
    const answer = await fetch(`${postern.url}${path}`, {
      method,
      headers: {
        'x-postern-project': project,
        ...(path.startsWith('/api/') && {
          authorization: `Basic ${Buffer.from(`${project}:x`).toString('base64')}`,
        }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path} ${answer.status} ${await answer.text()}`)
    return answer
  }

  /** Sends, waits and clears, as often as its share of the rounds; nothing of others may show. */
  async function work(project: string, to: string, clear: string): Promise<number> {
    for (let n = 0; n < rounds / workers.length; n++) {
      const subject = `${to} ${n}`
      const email = { from: 'app@example.com', to, subject, text: 'Hello' }
      const wait = ask(project, 'GET', `/v1/captures?wait=20&to=${to}`)
      await ask(project, 'POST', '/emails', email)
      const { data } = (await (await wait).json()) as Captured
      expect(data.map((one) => one.subject)).toEqual([subject])
      const search = await ask(project, 'GET', `/api/v1/search?query=to:${to}`)
      expect(await search.json()).toMatchObject({
        messages_count: 1,
        messages: [{ Subject: subject }],
      })
      await ask(project, 'DELETE', clear)
    }
    return rounds / workers.length
  }

  it('find their own by project, where each clears all that its project has', async () => {
    const done = workers.map((name) => work(name, 'all@example.com', '/api/v1/messages'))
    expect((await Promise.all(done)).reduce((sum, one) => sum + one, 0)).toBe(rounds)
  })

  it('find their own by address in one project, where each clears what is to it', async () => {
    const done = workers.map((name) => {
      const to = `${name}@example.com`
      return work('default', to, `/api/v1/search?query=to:${to}`)
    })
    expect((await Promise.all(done)).reduce((sum, one) => sum + one, 0)).toBe(rounds)
  })
})
