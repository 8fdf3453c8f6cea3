import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryDirectory } from '../backends/local/temporary.ts'
import { startProcess } from '../cli/postern-process.ts'

const patient = { timeout: 60_000, interval: 50 }

/** An endpoint on this machine, that remembers what it was told. */
async function endpoint(isWell: () => boolean) {
  const told: { id: string; body: string; headers: Record<string, string> }[] = []
  const server = createServer((request, answer) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      const headers = request.headers as Record<string, string>
      if (!isWell()) return void answer.writeHead(503).end()
      told.push({ id: headers['webhook-id']!, body, headers })
      answer.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { told, url: `http://localhost:${(server.address() as AddressInfo).port}/hook` }
}

it('what was accepted before kill -9 is told after it, each event with one id, signed', async () => {
  const { path: directory, remove } = temporaryDirectory()
  onTestFinished(remove)
  let isWell = false
  const { told, url } = await endpoint(() => isWell)
  const env = { POSTERN_WEBHOOKS_PRIVATE: 'on' }
  const first = await startProcess({ directory, env })
  const post = async (base: string, path: string, body: object) =>
    (await (
      await fetch(`${base}${path}`, { method: 'POST', body: JSON.stringify(body) })
    ).json()) as Record<string, string>
  const wish = { endpoint: url, events: ['email.captured'], tags: { kind: 'code' } }
  const { id, signing_secret: secret } = await post(first.url, '/webhooks', wish)
  const email = { from: 'a@own.test', to: 'b@there.test', subject: 'Hi', text: 'x' }
  const ids: string[] = []
  for (let n = 0; n < 20; n++) {
    const tags = [{ name: 'kind', value: n % 2 === 0 ? 'code' : 'news' }]
    const sent = await post(first.url, '/emails', { ...email, tags })
    if (n % 2 === 0) ids.push(sent['id']!)
  }
  const list = async (base: string) =>
    (await (await fetch(`${base}/webhooks/${id}/events?limit=100`)).json()) as {
      data: { status: string }[]
    }
  await vi.waitFor(async () => expect((await list(first.url)).data).toHaveLength(10), patient)
  first.kill('SIGKILL')
  await first.exit
  isWell = true
  const second = await startProcess({ directory, env })
  await vi.waitFor(async () => {
    const { data } = await list(second.url)
    expect(data.map(({ status }) => status)).toEqual(data.map(() => 'success'))
  }, patient)
  const verifier = new Webhook(secret!)
  const said = told.map(({ body, headers }) => {
    const event = verifier.verify(body, headers) as { type: string; data: { email_id: string } }
    return [event.type, event.data.email_id]
  })
  const byId = new Map(told.map(({ id: messageId }, n) => [messageId, said[n]!]))
  expect([...byId.values()].map(([type]) => type)).toEqual(ids.map(() => 'email.captured'))
  expect([...byId.values()].map(([, emailId]) => emailId).toSorted()).toEqual(ids.toSorted())
}, 120_000)
