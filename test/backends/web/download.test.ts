import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { downloader } from '../../../backends/web/download.ts'
import { isGlobalAddress } from '../../../backends/web/global-address.ts'
import { publicAddress, webSite, type WebSite } from '../../remote/web-site.ts'

const file = new URL('../../data/ssrf-urls.json', import.meta.url)
const { urls } = JSON.parse(readFileSync(file, 'utf8')) as { urls: string[] }

/** Those that a test of their own is about carry words after the URL. */
const plain = urls.filter((url) => !url.endsWith(')'))

/** These name a public host, however odd they look: there is nothing wrong with them. */
const harmless = ['https://evil.test#@127.0.0.1/']

let site: WebSite
beforeEach(async () => {
  site = await webSite()
  Object.assign(site.names, {
    localhost: [['127.0.0.1', '::1']],
    'localhost.': [['127.0.0.1']],
    '127.0.0.1.nip.io': [['127.0.0.1']],
    'metadata.google.internal': [['169.254.169.254']],
  })
})
afterEach(() => site.close())

const anytime = new AbortController().signal
const download = (url: string) => downloader(site.options)(url, 100, anytime)

describe('a URL that a caller names', () => {
  it.each(plain)('leads to no address that is not public: %s', async (url) => {
    expect(await download(url)).toMatchObject({ kind: 'refused' })
    expect(site.connected).toEqual([])
  })

  it.each(plain.filter((url) => /^http:/.test(url)).map((url) => url.replace(/^http:/, 'https:')))(
    'leads to none over TLS either: %s',
    async (url) => {
      const got = await download(url)
      if (!harmless.includes(url)) expect([got.kind, site.connected]).toEqual(['refused', []])
      expect(site.connected.filter((address) => !isGlobalAddress(address))).toEqual([])
    },
  )

  it('is downloaded from the internet when it is nothing else', async () => {
    expect(await download('https://elsewhere.test/')).toMatchObject({ kind: 'downloaded' })
    expect(site.connected).toEqual([publicAddress])
  })

  it('leads to the address that was checked: a second answer of the DNS is not asked for', async () => {
    site.names['elsewhere.test'] = [[publicAddress], ['127.0.0.1']]
    expect(await download('https://elsewhere.test/')).toMatchObject({ kind: 'downloaded' })
    expect(site.connected).toEqual([publicAddress])
    expect(await download('https://elsewhere.test/')).toMatchObject({ kind: 'refused' })
    expect(site.connected).toEqual([publicAddress])
  })

  it('is refused when one of several addresses is not public', async () => {
    site.names['elsewhere.test'] = [[publicAddress, '127.0.0.1']]
    expect(await download('https://elsewhere.test/')).toMatchObject({ kind: 'refused' })
    expect(site.connected).toEqual([])
  })

  it('is refused when its name has no address, in words', async () => {
    site.names['elsewhere.test'] = [[]]
    expect(await download('https://elsewhere.test/')).toEqual({
      kind: 'refused',
      reason: 'the name in the URL has no address',
    })
  })
})

describe('an address of the public internet', () => {
  it.each(['1.1.1.1', '93.184.215.14', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '2a00::1'])(
    'is %s',
    (address) => expect(isGlobalAddress(address)).toBe(true),
  )

  it.each([
    '0.0.0.0',
    '10.255.255.255',
    '100.127.255.255',
    '127.255.255.254',
    '169.254.169.254',
    '172.31.255.255',
    '192.0.0.192',
    '192.88.99.1',
    '192.168.255.255',
    '198.19.255.255',
    '203.0.113.9',
    '224.0.0.251',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:1.1.1.1',
    '::ffff:0101:0101',
    '::1.1.1.1',
    '64:ff9b::1.1.1.1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:20::1',
    '2001:db8::1',
    '2002:101:101::1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%lo',
    'fec0::1',
    'ff02::1',
    'example.com',
    '',
  ])('is not %j', (address) => expect(isGlobalAddress(address)).toBe(false))
})
