import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Logger } from '@aws-lambda-powertools/logger'
import { apiHandler } from '../../functions/api/handler.ts'
import { version } from '../../machine/version.ts'
import { newId } from '../../mail/email/id.ts'
import { capture, openApi } from '../api/open-api.ts'
import { startApiGateway } from '../remote/api-gateway.ts'
import { runCommand, startHere } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

async function started(count: number) {
  const postern = await startHere({ smtpPort: 'off' })
  onTestFinished(() => postern.stop())
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json' }
  const asked = (text: string) => ({
    ...{ from: 'a@b.example', to: 'c@d.example', subject: text, text: `${text}\nagain` },
  })
  const all = Array.from({ length: count }, (_, index) => asked(`email ${index}`))
  const ids: string[] = []
  for (let first = 0; first < count; first += 100) {
    const body = JSON.stringify(all.slice(first, first + 100))
    const answer = await fetch(`${postern.url}/emails/batch`, { method: 'POST', headers, body })
    const { data } = (await answer.json()) as { data: { id: string }[] }
    ids.push(...data.map(({ id }) => id))
  }
  const captured = async () => {
    const answer = await fetch(`${postern.url}/v1/stats`, { headers })
    return ((await answer.json()) as { totals: { captured?: number } }).totals.captured
  }
  await expect.poll(captured, { timeout: 60_000 }).toBe(count)
  return { ...postern, ids: ids.toReversed() }
}

const lines = (out: string) =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('postern export', () => {
  it('prints every email of more than one page, each on a line, with all that is known', async () => {
    const { run, ids } = await started(120)
    const { code, out } = await run('export', 'emails')
    expect(code).toBe(0)
    expect(lines(out).map(({ id }) => id)).toEqual(ids)
    expect(lines(out)[0]).toMatchObject({
      state: 'captured',
      recipients: [{ address: 'c@d.example' }],
      timeline: [{ what: 'accepted' }, {}],
    })
    const rest = await run('export', 'emails', '--after', ids[99]!)
    expect(lines(rest.out).map(({ id }) => id)).toEqual(ids.slice(100))
  })

  it('prints captures, and writes each as a file, byte for byte', async () => {
    const { run, url, ids } = await started(3)
    const directory = join(temporaryDirectory(), 'captures')
    const { out } = await run('export', 'captures', '--eml', directory)
    expect(lines(out)).toMatchObject(ids.map((id) => ({ id })))
    expect(readdirSync(directory).toSorted()).toEqual(ids.map((id) => `${id}.eml`).toSorted())
    const raw = await fetch(`${url}/v1/captures/${ids[0]}/raw`, {
      headers: { authorization: 'Bearer x' },
    })
    expect(readFileSync(join(directory, `${ids[0]}.eml`), 'utf8')).toBe(await raw.text())
  })

  it('fetches a file that is too large for the answer of a function, without its key', async () => {
    const api = openApi({ version })
    const eml = Buffer.from(`To: c@d.example\r\n\r\n${'x'.repeat(76)}\r\n`.repeat(80_000))
    const id = newId(Date.now())
    await capture(api, eml, { id })
    const keys: unknown[] = []
    const files = createServer(({ headers }, answer) => {
      keys.push(headers.authorization)
      answer.end(eml)
    })
    await once(files.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void files.close())
    const link = `http://127.0.0.1:${(files.address() as AddressInfo).port}/lent`
    const app = { fetch: api.handle, lend: async () => link }
    const gateway = await startApiGateway(apiHandler(() => app, new Logger()))
    onTestFinished(() => gateway.close())
    const directory = join(temporaryDirectory(), 'captures')
    const words = ['export', 'captures', '--eml', directory]
    const env = { POSTERN_API_KEY: 're_secret' }
    expect(await runCommand(words, { url: gateway.url, env })).toMatchObject({ code: 0, err: '' })
    expect(eml.equals(readFileSync(join(directory, `${id}.eml`)))).toBe(true)
    expect(keys).toEqual([undefined])
  })

  it('prints events, oldest first, and only what is of the time asked for', async () => {
    const { run } = await started(1)
    await run('suppressions', 'add', 'gone@example.com')
    // Ids may be ahead of the clock: what else ran in this process had another one.
    const later = '9999-01-01T00:00:00Z'
    const { out } = await run('export', 'events')
    expect(lines(out).map(({ type }) => type)).toEqual(['suppression.added'])
    for (const what of ['emails', 'captures', 'events']) {
      expect((await run('export', what, '--since', later)).out).toBe('')
      expect(lines((await run('export', what, '--until', later)).out)).toHaveLength(1)
      expect((await run('export', what, '--until', '2020-01-01T00:00:00Z')).out).toBe('')
    }
  })

  it('asks again where it was too often, and says how to go on when it cannot', async () => {
    let asked = 0
    const server = createServer((request, answer) => {
      asked++
      const id = '0199f7a1-2b3c-7d4e-8f50-61728394a5b6'
      const of = { '/v1/emails?limit=100': { data: [{ id }], has_more: true } }[request.url!]
      if (asked === 1) return answer.writeHead(429).end('{"message":"too often"}')
      if (of) return answer.end(JSON.stringify(of))
      if (request.url!.endsWith(id) && !request.url!.includes('after')) return answer.end('{}')
      answer.writeHead(500).end('{"message":"broken"}')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { code, out, err } = await runCommand(['export', 'emails'], { url })
    expect([code, out]).toEqual([1, '{}\n'])
    expect(err).toContain('to go on: --after 0199f7a1-2b3c-7d4e-8f50-61728394a5b6')
  })
})
