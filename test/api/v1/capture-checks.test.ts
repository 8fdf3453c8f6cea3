import { afterEach, describe, expect, it } from 'vitest'
import { openWeb } from '../../../backends/web/index.ts'
import { checkInThread } from '../../../api/captured/check-aside.ts'
import { checkContent } from '../../../mail/check/check.ts'
import type { Finding } from '../../../mail/check/finding.ts'
import { newId } from '../../../mail/email/id.ts'
import { webSite, type WebSite } from '../../remote/web-site.ts'
import { capture, openApi, type OpenApi } from '../open-api.ts'
import { now } from './captured.ts'

interface Checks {
  readonly findings: readonly Finding[]
  readonly support: { readonly nodes: number; readonly features: readonly { slug: string }[] }
  readonly links: unknown
}

async function checksOf(api: OpenApi, html: string, asked = ''): Promise<Checks> {
  const id = newId(now)
  await capture(api, `From: a@acme.test\r\nContent-Type: text/html\r\n\r\n${html}`, { id })
  return (await api.read(`/v1/captures/${id}/checks${asked}`)) as unknown as Checks
}

describe('GET /v1/captures/{id}/checks', () => {
  it('says what is wrong with an email, where, and what its html uses', async () => {
    const html = '<html lang="en" dir="ltr"><title>a</title>\n<img src="https://a.test/a.webp">'
    const { findings, support, links } = await checksOf(openApi(), html)
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'html.alt', severity: 'error', line: 2, column: 1 }),
    )
    expect(findings.map(({ rule }) => rule)).toContain('support.image-webp')
    expect(support).toMatchObject({ nodes: 3 })
    expect(links).toBeNull()
  })

  it('says how DKIM, SPF and DMARC are aligned as it would be sent', async () => {
    const dkim = { domain: 'other.test', selector: 'a' }
    const bounceDomain = 'bounces.elsewhere.test'
    const aligned = async (settings: Readonly<Record<string, unknown>>) => {
      const api = openApi({ defaults: settings })
      const { findings } = await checksOf(api, 'x')
      return findings.filter(({ rule }) => /dkim|spf|dmarc/.test(rule)).map(({ rule }) => rule)
    }
    expect(await aligned({})).toEqual(['dkim.missing'])
    expect(await aligned({ dkim })).toEqual(['dkim.alignment'])
    expect(await aligned({ dkim: { ...dkim, domain: 'mail.acme.test' } })).toEqual([])
    expect(await aligned({ dkim, feedback: { bounceDomain } })).toEqual([
      'dmarc.alignment',
      'dkim.alignment',
      'spf.alignment',
    ])
    expect(await aligned({ dkim, engine: 'postmark' })).toEqual([])
  })

  it('is 404 for one that is not there', async () => {
    const answer = await openApi().fetch(`/v1/captures/${newId(now)}/checks`)
    expect(answer.status).toBe(404)
  })

  it('is the same in the thread that checks large html, which ends in time', async () => {
    const html = '<p style="gap:1px">Hello</p>\n'.repeat(2_000)
    expect(await checkInThread({ html })).toEqual(await checkContent({ html }))
    const { findings } = await checkInThread({ html }, 0)
    expect(findings.map(({ rule }) => rule)).toEqual(['html.too-much'])
  })
})

describe('the links of a captured email', () => {
  let site: WebSite
  afterEach(() => site.close())

  it('are asked for their status when that is wanted, and only in the public internet', async () => {
    site = await webSite()
    const asked: unknown[] = []
    site.answer = ({ method, url }, answer) => {
      asked.push(`${method} ${url}`)
      answer.writeHead(url === '/gone' ? 404 : url === '/no-head' && method === 'HEAD' ? 405 : 200)
      answer.end()
    }
    site.names['inside.test'] = [['10.0.0.1']]
    const api = openApi({ web: openWeb(site.options) })
    const html = ['/fine', '/gone', '/no-head', '/fine']
      .map((path) => `<a href="https://elsewhere.test${path}">a</a>`)
      .concat('<a href="https://inside.test/">a</a><a href="mailto:a@b.test">a</a>')
      .join('\n')
    const { links, findings } = await checksOf(api, html, '?links=1')
    expect(links).toEqual([
      { url: 'https://elsewhere.test/fine', status: 200, reason: null },
      { url: 'https://elsewhere.test/gone', status: 404, reason: null },
      { url: 'https://elsewhere.test/no-head', status: 200, reason: null },
      {
        url: 'https://inside.test/',
        status: null,
        reason: 'the URL does not lead to the public internet',
      },
    ])
    const broken = findings.filter(({ rule }) => rule === 'link.broken')
    expect(broken.map(({ line, column }) => [line, column])).toEqual([
      [2, 10],
      [5, 10],
    ])
    expect(asked.sort()).toEqual(['GET /no-head', 'HEAD /fine', 'HEAD /gone', 'HEAD /no-head'])
  })
})
