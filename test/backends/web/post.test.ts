import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { isGlobalAddress } from '../../../backends/web/global-address.ts'
import { poster } from '../../../backends/web/post.ts'
import { publicAddress, webSite, type WebSite } from '../../remote/web-site.ts'

const file = new URL('../../data/ssrf-urls.json', import.meta.url)
const { urls } = JSON.parse(readFileSync(file, 'utf8')) as { urls: string[] }

/** Those that a test of their own is about carry words after the URL. */
const plain = urls.filter((url) => !url.endsWith(')'))
const overTls = plain
  .filter((url) => url.startsWith('http:'))
  .map((url) => url.replace(/^http:/, 'https:'))

/** This names a public host, however odd it looks: there is nothing wrong with it. */
const harmless = 'https://evil.test#@127.0.0.1/'

const posting = { headers: {}, body: '{}', mostMs: 5_000 }

let site: WebSite
beforeEach(async () => {
  site = await webSite()
  Object.assign(site.names, {
    localhost: [['127.0.0.1', '::1']],
    'localhost.': [['127.0.0.1']],
    '127.0.0.1.nip.io': [['127.0.0.1']],
    'metadata.google.internal': [['169.254.169.254']],
    'cname.test': [['127.0.0.1']],
    'multi.test': [[publicAddress, '127.0.0.1']],
  })
})
afterEach(() => site.close())

describe('a URL that is to be posted to', () => {
  it.each([...plain, ...overTls, 'https://multi.test/', 'https://cname.test/'])(
    'is refused when it is set, and when it is posted to, unless it is public: %s',
    async (url) => {
      const { examine, post } = poster(site.options)
      const [reason, posted] = [await examine(url), await post(url, posting)]
      if (url === harmless) return
      expect([typeof reason, posted]).toEqual(['string', { kind: 'failed', reason }])
      expect(site.connected.filter((address) => !isGlobalAddress(address))).toEqual([])
    },
  )

  it('is checked each time: its name may lead elsewhere by then', async () => {
    const { examine, post } = poster(site.options)
    expect(await examine('https://elsewhere.test/')).toBeUndefined()
    expect(await post('https://elsewhere.test/', posting)).toMatchObject({ status: 200 })
    site.names['elsewhere.test'] = [['127.0.0.1']]
    const before = site.connected.length
    expect(await post('https://elsewhere.test/', posting)).toMatchObject({ kind: 'failed' })
    expect(site.connected).toHaveLength(before)
  })

  it.each([301, 302, 307, 308])('is not left for where a redirect leads (%i)', async (status) => {
    let requests = 0
    site.answer = (_request, answer) => {
      requests += 1
      answer.writeHead(status, { location: 'https://127.0.0.1/' }).end()
    }
    const posted = await poster(site.options).post('https://elsewhere.test/', posting)
    expect([posted, requests]).toEqual([{ kind: 'answered', status, text: '' }, 1])
  })

  it('that does not answer is given up in time, in words', async () => {
    site.answer = () => undefined
    const quick = { ...posting, mostMs: 50 }
    expect(await poster(site.options).post('https://elsewhere.test/', quick)).toEqual({
      kind: 'failed',
      reason: 'it gave no whole answer within 0.05 s',
    })
  })

  it('is reached by the connection of the post before, and by a new one where that was closed', async () => {
    const ports: (number | undefined)[] = []
    site.answer = (request, answer) => {
      ports.push(request.socket.remotePort)
      request.resume()
      // As one that is closed while it waits: the post finds out.
      if (ports.length === 3) return void request.socket.destroy()
      answer.end('ok')
    }
    const { post } = poster(site.options)
    const posted = []
    for (let n = 0; n < 3; n++) posted.push(await post('https://elsewhere.test/', posting))
    expect(posted).toEqual(posted.map(() => ({ kind: 'answered', status: 200, text: 'ok' })))
    expect(ports).toHaveLength(4)
    expect([new Set(ports.slice(0, 3)).size, new Set(ports).size]).toEqual([1, 2])
  })

  it('is asked once where a connection of its own breaks', async () => {
    let requests = 0
    site.answer = (request) => {
      requests += 1
      request.socket.destroy()
    }
    expect(await poster(site.options).post('https://elsewhere.test/', posting)).toEqual({
      kind: 'failed',
      reason: 'it could not be reached (ECONNRESET)',
    })
    expect(requests).toBe(1)
  })

  it('that does not answer is left when the process stops', async () => {
    const stopping = new AbortController()
    site.answer = () => stopping.abort('stopped')
    const posted = { ...posting, mostMs: 60_000, signal: stopping.signal }
    expect(await poster(site.options).post('https://elsewhere.test/', posted)).toMatchObject({
      kind: 'failed',
    })
    expect(await poster(site.options).post('https://elsewhere.test/', posted)).toMatchObject({
      kind: 'failed',
    })
  })

  it('may be private, over http and at any port, where the deployment says so', async () => {
    const server = createServer((request, answer) => void answer.end(request.method)).listen(0)
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const url = `http://localhost:${(server.address() as AddressInfo).port}/hook?a=1`
    const open = poster({ privatePosts: true })
    expect(await open.examine(url)).toBeUndefined()
    expect(await open.post(url, posting)).toEqual({ kind: 'answered', status: 200, text: 'POST' })
    expect(await poster({}).post(url, posting)).toMatchObject({ kind: 'failed' })
    expect(await open.examine('file:///etc/passwd')).toBe('an https URL is needed')
  })
})
