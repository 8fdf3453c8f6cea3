import { describe, expect, it } from 'vitest'
import type { ReadConsole } from '../../api/console.ts'
import { openApi, said } from './open-api.ts'

const page = '<!doctype html><title>Postern</title>'
const script = `console.log('${'a'.repeat(5_000)}')`

const files: Readonly<Record<string, string>> = {
  'index.html': page,
  'icon.svg': '<svg/>',
  'assets/index-a1b2.js': script,
}

const read: ReadConsole = (path) => (path in files ? Buffer.from(files[path]!) : undefined)

describe('the console', () => {
  it.each(['/', '/console', '/console/'])('is one page, at %s', async (path) => {
    const answer = await openApi({ console: read }).fetch(path)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(await answer.text()).toBe(page)
  })

  it('may run its own scripts only, and reach no other host', async () => {
    const { fetch } = openApi({ console: read })
    for (const path of ['/', '/console/assets/index-a1b2.js', '/console/icon.svg']) {
      const policy = (await fetch(path)).headers.get('content-security-policy')!.split('; ')
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "connect-src 'self'",
          "frame-ancestors 'none'",
          "require-trusted-types-for 'script'",
        ]),
      )
      expect(policy.join()).not.toContain('unsafe')
    }
  })

  it('lets assets be kept for ever: their names change with them', async () => {
    const answer = await openApi({ console: read }).fetch('/console/assets/index-a1b2.js')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await answer.text()).toBe(script)
  })

  it('says what kind of file each is', async () => {
    const icon = await openApi({ console: read }).fetch('/console/icon.svg')
    expect(icon.headers.get('content-type')).toMatch(/^image\/svg\+xml/)
  })

  it('is not sent again to a client that has it', async () => {
    const { fetch } = openApi({ console: read })
    for (const path of ['/', '/console/assets/index-a1b2.js'])
      for (const encoding of ['identity', 'gzip']) {
        const first = await fetch(path, { headers: { 'accept-encoding': encoding } })
        const etag = first.headers.get('etag')!
        const headers = { 'if-none-match': etag, 'accept-encoding': encoding }
        expect((await fetch(path, { headers })).status).toBe(304)
        const weak = { ...headers, 'if-none-match': `W/${etag}` }
        expect((await fetch(path, { headers: weak })).status).toBe(304)
      }
  })

  it('is compressed for a client that can unpack it', async () => {
    const headers = { 'accept-encoding': 'gzip' }
    const answer = await openApi({ console: read }).fetch('/console/assets/index-a1b2.js', {
      headers,
    })
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect((await answer.arrayBuffer()).byteLength).toBeLessThan(1_000)
  })

  it.each(['/console/nothing.js', '/console/index.html', '/console/..%2f..%2fpackage.json'])(
    'has nothing at %s',
    async (path) => {
      const [status, answer] = await said(openApi({ console: read }).fetch(path))
      expect([status, answer.name]).toEqual([404, 'not_found'])
    },
  )

  it.each(['gzip;q=0', 'identity, gzip;q=0.5', 'deflate', ''])(
    'is sent uncompressed to a client that asks for it by %j',
    async (encodings) => {
      const headers = { 'accept-encoding': encodings }
      const answer = await openApi({ console: read }).fetch('/', { headers })
      expect(answer.headers.get('content-encoding')).toBeNull()
      expect(await answer.text()).toBe(page)
    },
  )

  it('says how to build it where it was not built', async () => {
    const answer = await openApi().fetch('/')
    expect(answer.status).toBe(200)
    // In a sandbox it would be another site to the links on it.
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none';(?!.*sandbox)/,
    )
    expect(await answer.text()).toContain('npm run build')
  })
})
