import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { passedOn } from '../../cli/webhook-listen.ts'
import { newSecret } from '../../mail/notify/secrets.ts'
import { startHere } from './run-command.ts'

const patient = { timeout: 20_000, interval: 20 }

it('postern webhooks adds, tests, shows, replays, disables and removes one', async () => {
  const postern = await startHere({ env: { POSTERN_WEBHOOKS_PRIVATE: 'on' } })
  onTestFinished(() => postern.stop())
  const run = (...words: string[]) => postern.run('webhooks', ...words)
  let told = 0
  const server = createServer((request, answer) => {
    request.resume()
    told += 1
    answer.writeHead(told === 1 ? 410 : 200).end('thank\nyou')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const endpoint = `http://localhost:${(server.address() as AddressInfo).port}/hook`

  expect((await run('list')).out).toBe('no URL is told of events\n')
  expect(await run('add', endpoint)).toMatchObject({ code: 2 })
  expect((await run('add', endpoint, '--events', 'email.sent', '--tag', 'x')).code).toBe(2)
  expect((await run('add', endpoint, '--events', 'email.no')).err).toContain(
    'no event of this name',
  )
  const wish = ['--events', 'email.sent, email.bounced', '--tag', 'a=b', '--domain', 'own.test']
  const { out } = await run('add', endpoint, ...wish)
  const [, id = '', secret] = /^webhook (\S+)\nsecret {2}(whsec_\S+)\n$/.exec(out) ?? []
  expect(secret).toBeDefined()

  const event = /^event (\S+)/.exec((await run('test', id)).out)?.[1] ?? ''
  await vi.waitFor(async () => {
    expect((await run('list')).out).toContain('disabled: it answered 410')
  }, patient)
  const status = await postern.run('status')
  expect([status.code, status.out]).toEqual([
    1,
    expect.stringMatching(/disabled: .*it answered 410/),
  ])
  expect((await run('replay', id, event)).err).toContain('disabled')
  expect((await run('enable', id)).out).toBe(`enabled ${id}\n`)
  expect(await run('replay', id)).toMatchObject({ code: 2 })
  expect((await run('replay', id, '--since', '2020-01-01T00:00:00Z')).out).toBe(
    '1 event is told again\n',
  )
  await vi.waitFor(async () => expect((await run('events', id)).out).toContain('success'), patient)
  expect((await run('attempts', id, event)).out).toMatch(/\s200\s+thank you\n.*\s410\s+thank you/)
  expect((await run('change', id, '--events', 'email.failed')).code).toBe(0)
  expect((await run('list')).out).toMatch(/email\.failed\s+enabled/)
  expect((await run('rotate', id)).out).not.toContain(secret)
  expect((await run('disable', id)).out).toBe(`disabled ${id}\n`)
  expect((await run('remove', id)).out).toBe(`removed ${id}\n`)
  expect(await run('remove', id)).toMatchObject({ code: 1 })
})

it('a webhook may not lead to this machine unless that was said at its start', async () => {
  const postern = await startHere()
  onTestFinished(() => postern.stop())
  const { code, err } = await postern.run(
    'webhooks',
    'add',
    'https://localhost/',
    '--events',
    'email.sent',
  )
  expect([code, err]).toEqual([1, expect.stringContaining('public internet')])
})

it('postern webhooks listen passes on what happens, in the shape and signed as a webhook', async () => {
  const postern = await startHere()
  onTestFinished(() => postern.stop())
  const told: { body: string; headers: Record<string, string> }[] = []
  const server = createServer((request, answer) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      told.push({ body, headers: request.headers as Record<string, string> })
      answer.writeHead(told.length === 1 ? 500 : 204).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const secret = newSecret('standard')
  const client = {
    call: async <T>(_method: string, path: string) =>
      (await fetch(`${postern.url}${path}`)).json() as Promise<T>,
  }
  const email = { from: 'Ann <a@own.test>', to: 'bounced@resend.dev', subject: 'Hi', text: 'x' }
  const lines = passedOn(
    client,
    url,
    { secret, events: 'email.bounced' },
    () => new Promise((resolve) => setTimeout(resolve, 20)),
  )
  const first = lines.next()
  const body = JSON.stringify({ ...email, tags: [{ name: 'kind', value: 'code' }] })
  await fetch(`${postern.url}/emails`, { method: 'POST', body })
  expect((await first).value).toMatch(/email\.bounced {2}bounced@resend\.dev {2}500$/)
  await fetch(`${postern.url}/emails`, { method: 'POST', body })
  expect((await lines.next()).value).toMatch(/204$/)
  for (const sent of told)
    expect(new Webhook(secret).verify(sent.body, sent.headers)).toMatchObject({
      type: 'email.bounced',
      data: {
        from: 'Ann <a@own.test>',
        recipient: 'bounced@resend.dev',
        tags: { kind: 'code' },
        bounce: { type: 'Permanent', subType: 'General' },
      },
    })
})
