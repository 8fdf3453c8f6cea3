import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Web } from '../../mail/ports/web.ts'
import type { DnsServer } from '../remote/dns-server.ts'
import type { WebSite } from '../remote/web-site.ts'

export interface WebHarness {
  readonly web: Web
  /** What the web has. */
  readonly site: WebSite
  readonly dns: DnsServer
  close(): void | Promise<void>
}

/** What every view of the world outside must do. */
export function testWeb(name: string, open: () => Promise<WebHarness>) {
  describe(`${name}: web`, () => {
    let harness: WebHarness
    beforeEach(async () => {
      harness = await open()
    })
    afterEach(() => harness.close())

    const url = 'https://elsewhere.test/a/logo.png?size=2'
    const anytime = new AbortController().signal
    const download = (from = url, most = 1_000) => harness.web.download(from, most, anytime)

    it('downloads the bytes with their type, and names the host it wants', async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, value) => value)
      let asked: unknown[] = []
      harness.site.answer = ({ url: path, headers }, answer) => {
        asked = [path, headers.host, headers.authorization, headers.cookie]
        answer.setHeader('content-type', 'image/png').end(bytes)
      }
      const got = await download()
      expect(got).toMatchObject({ kind: 'downloaded', contentType: 'image/png' })
      expect('bytes' in got && Array.from(got.bytes)).toEqual(Array.from(bytes))
      expect(asked).toEqual(['/a/logo.png?size=2', 'elsewhere.test', undefined, undefined])
    })

    it.each([
      ['announced', true],
      ['found while reading', false],
    ])('takes as many bytes as asked and refuses one more, %s', async (_, announced) => {
      harness.site.answer = (_request, answer) => {
        if (announced) answer.setHeader('content-length', 1_000)
        answer.write(Buffer.alloc(999))
        answer.end('x')
      }
      expect(await download(url, 1_000)).toMatchObject({ kind: 'downloaded' })
      expect(await download(url, 999)).toEqual({
        kind: 'refused',
        reason: 'it is larger than 999 bytes',
      })
    })

    it('stops reading what has no end', async () => {
      let written = 0
      harness.site.answer = (_request, answer) => {
        const chunk = Buffer.alloc(65_536)
        const more = () => {
          while (!answer.destroyed && answer.write(chunk)) written += chunk.length
        }
        answer.on('drain', more)
        more()
      }
      expect(await download(url, 100_000)).toMatchObject({ kind: 'refused' })
      expect(written).toBeLessThan(50_000_000)
    })

    it.each([301, 302, 303, 307, 308])('does not follow a redirect (%i)', async (status) => {
      let requests = 0
      harness.site.answer = (_request, answer) => {
        requests += 1
        answer.writeHead(status, { location: 'https://elsewhere.test/secret' }).end('secret')
      }
      const got = await download()
      expect(got).toMatchObject({ kind: 'refused' })
      expect(JSON.stringify(got)).not.toContain('secret')
      expect(requests).toBe(1)
    })

    it.each([204, 206, 401, 404, 500])('refuses an answer with status %i', async (status) => {
      harness.site.answer = (_request, answer) => void answer.writeHead(status).end()
      expect(await download()).toEqual({
        kind: 'refused',
        reason: `it answered with status ${status}, where 200 is needed`,
      })
    })

    it('refuses what is compressed: a small answer could become a large one', async () => {
      harness.site.answer = (_request, answer) =>
        void answer.setHeader('content-encoding', 'gzip').end('x')
      expect(await download()).toMatchObject({ kind: 'refused' })
    })

    it('refuses a site whose certificate is for another name', async () => {
      const got = await download('https://other.test/')
      expect(got).toEqual({ kind: 'refused', reason: 'its certificate is not valid' })
    })

    it('refuses what is cut off', async () => {
      harness.site.answer = (_request, answer) => {
        answer.setHeader('content-length', 100)
        answer.write('half', () => answer.destroy())
      }
      expect(await download()).toMatchObject({ kind: 'refused' })
    })

    it('ends with the signal, whatever the site does', async () => {
      const leaving = new AbortController()
      harness.site.answer = () => leaving.abort(new Error('gone'))
      await expect(harness.web.download(url, 10, leaving.signal)).rejects.toThrow('gone')
    })

    it('looks where a link leads: its status alone, by HEAD, without following', async () => {
      const asked: unknown[] = []
      harness.site.answer = ({ method, url: path }, answer) => {
        asked.push(`${method} ${path}`)
        answer.writeHead(302, { location: 'https://elsewhere.test/next' }).end()
      }
      const status = await harness.web.look('https://elsewhere.test/a?b', 20_000)
      expect(status).toEqual({ kind: 'answered', status: 302 })
      expect(asked).toEqual(['HEAD /a?b'])
    })

    it.each(['https://10.0.0.1/', 'http://127.0.0.1/', 'http://[::1]/', 'https://inside.test/'])(
      'does not look at %s, which is not of the public internet',
      async (link) => {
        harness.site.names['inside.test'] = [['93.184.215.14', '192.168.0.1']]
        expect(await harness.web.look(link, 20_000)).toEqual({
          kind: 'refused',
          reason: 'the URL does not lead to the public internet',
        })
        expect(harness.site.connected).toEqual([])
      },
    )

    it.each(['ftp://elsewhere.test/', 'http://elsewhere.test:8080/', 'http://a:b@elsewhere.test/'])(
      'does not look at %s',
      async (link) => {
        expect(await harness.web.look(link, 20_000)).toMatchObject({ kind: 'refused' })
      },
    )

    it('stops looking at what gives no answer in time', async () => {
      harness.site.answer = () => undefined
      const look = await harness.web.look('https://elsewhere.test/', 50)
      expect(look).toEqual({ kind: 'refused', reason: 'it gave no answer within 0.05 s' })
    })

    it('tells what the DNS holds, by type', async () => {
      const long = `v=DKIM1; p=${'A'.repeat(400)}`
      harness.dns.zone = {
        'acme.test': { TXT: ['v=spf1 -all', long], MX: [[10, 'mx.acme.test']] },
        'k1._domainkey.acme.test': { CNAME: ['k1.dkim.example'] },
      }
      const records: Web['records'] = (...asked) => harness.web.records(...asked)
      expect([...(await records('acme.test', 'TXT'))].sort()).toEqual([long, 'v=spf1 -all'])
      expect(await records('acme.test', 'MX')).toEqual(['10 mx.acme.test'])
      expect(await records('k1._domainkey.acme.test', 'CNAME')).toEqual(['k1.dkim.example'])
      expect(await records('acme.test', 'CNAME')).toEqual([])
      expect(await records('nowhere.test', 'TXT')).toEqual([])
    })

    it('throws when the DNS cannot be asked: that is not the same as nothing there', async () => {
      harness.dns.fails = true
      await expect(harness.web.records('acme.test', 'TXT')).rejects.toThrow()
    })
  })
}
