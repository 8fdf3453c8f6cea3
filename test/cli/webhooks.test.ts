import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
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
