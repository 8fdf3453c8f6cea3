import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { startPostern, type RunningPostern } from '../../machine/start.ts'
import { temporaryDirectory } from '../backends/local/temporary.ts'
import { describeInChromium } from './browser.ts'
import { plant } from './hostile-letter.ts'

const { payloads } = JSON.parse(
  readFileSync(new URL('../data/preview-payloads.json', import.meta.url), 'utf8'),
) as { payloads: string[] }

/** As many at a time as together are no longer than a line of an email may be. */
const groups = Array.from({ length: Math.ceil(payloads.length / 4) }, (_, n) =>
  payloads.slice(4 * n, 4 * n + 4),
)

/** Of a capture, what a browser has to keep instead of showing. */
const files = ['/raw', '/attachments/0', '/attachments/1', '/attachments/2']

describeInChromium('hostile text', ({ open }) => {
  const { path: directory, remove } = temporaryDirectory()
  let running: RunningPostern
  beforeAll(async () => {
    running = await startPostern({ env: {}, port: 0, directory, write: () => undefined })
  })
  afterAll(async () => {
    await running.stop()
    remove()
  })

  it.each(groups)('does nothing where it is shown as HTML: %s', async (...some) => {
    const page = await open()
    const seen = await watchHarm(page)
    const planted: string[] = []
    for (const payload of some) {
      const { captureId } = await plant(running.postern, payload)
      await showIn(page, `inbox/${captureId}/html`, payload, seen)
      await touch(page)
      expect([payload, await harmIn(page, running, seen)]).toEqual([payload, nothing])
      planted.push(captureId)
    }
    for (const [at, id] of planted.entries())
      await openAlone(page, `/v1/captures/${id}`, some[at]!, seen)
  })

  it.each(groups)('does nothing where it is text: %s', async (...some) => {
    const line = some.join(' ')
    const { captureId, emailId } = await plant(running.postern, line)
    const page = await open()
    const seen = await watchHarm(page)
    const of = `inbox/${captureId}`
    for (const view of [`${of}/text`, `${of}/headers`, `${of}/source`, `log/${emailId}`, ''])
      await showIn(page, view, line, seen)
    const typed = encodeURIComponent(line)
    for (const view of [`inbox/${typed}`, `inbox?q=${typed}`, `log/${typed}`, `log?q=${typed}`])
      await look(page, view, seen)
  })

  async function showIn(page: Page, view: string, payload: string, seen: Harm) {
    await look(page, view, seen)
    // Or the test would be content with a page that shows nothing.
    await expect.poll(() => page.locator('main').textContent()).toContain(payload)
    expect([view, await harmIn(page, running, seen)]).toEqual([view, nothing])
  }

  it.each([0, 20])('does nothing in lists of it, from the one numbered %i on', async (first) => {
    const some = payloads.slice(first, first + 20)
    for (const payload of some) await plant(running.postern, payload)
    const page = await open()
    const seen = await watchHarm(page)
    for (const view of ['inbox', 'log', 'queue']) {
      await look(page, view, seen)
      const main = page.locator('main')
      for (const payload of some) await expect.poll(() => main.textContent()).toContain(payload)
      expect([view, await harmIn(page, running, seen)]).toEqual([view, nothing])
    }
  })

  async function look(page: Page, view: string, seen: Harm) {
    await page.goto(`${running.url}/#/${view}`)
    await settled(page)
    expect([view, await harmIn(page, running, seen)]).toEqual([view, nothing])
  }

  /** Without the console around it. */
  async function openAlone(page: Page, capture: string, payload: string, seen: Harm) {
    const base = running.url + capture
    for (const path of ['', '/html', '/html?images=remote', `/../${encodeURIComponent(payload)}`]) {
      await page.goto(base + path)
      // Asking for remote pictures loads them, and nothing else.
      const wanted = path.includes('remote') ? pictures : []
      const harm = await harmIn(page, running, seen)
      const foreign = harm.foreign.filter((url) => !wanted.includes(url))
      expect([path, { ...harm, foreign }]).toEqual([path, nothing])
      seen.foreign.length = 0
    }
    for (const path of files) {
      const { headers } = await fetch(base + path, { method: 'HEAD' })
      expect([path, headers.get('content-disposition')]).toEqual([
        path,
        expect.stringMatching(/^attachment(;|$)/),
      ])
    }
  }

  it('is downloaded as a file, never opened', async () => {
    const { captureId } = await plant(running.postern, payloads[0]!)
    const page = await open()
    const seen = await watchHarm(page)
    await page.goto(running.url)
    for (const path of files) {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.goto(`${running.url}/v1/captures/${captureId}${path}`).catch(() => undefined),
      ])
      await file.cancel()
      expect([path, await harmIn(page, running, seen)]).toEqual([path, nothing])
    }
  })

  it('would be noticed without the guards', async () => {
    const server = createServer((request, response) => {
      const html = payloads[Number(request.url?.slice(1))] ?? ''
      response.setHeader('Content-Type', 'text/html').end(`<body>${html}`)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    let noticed = 0
    const context = (await open()).context()
    for (const some of groups)
      await Promise.all(
        some.map(async (payload) => {
          const page = await context.newPage()
          const seen = await watchHarm(page)
          await page.goto(`${url}/${payloads.indexOf(payload)}`).catch(() => undefined)
          const script = await page.evaluate(() => '__pwn' in globalThis).catch(() => true)
          if (script || seen.foreign.length > 0 || !page.url().startsWith(url)) noticed += 1
          await page.close()
        }),
      )
    // The rest needs a click, or is only a lie.
    expect(noticed).toBeGreaterThanOrEqual(18)
  })
})

interface Harm {
  /** Requests to other hosts that no policy stopped. */
  readonly foreign: string[]
  readonly dialogs: string[]
  /** Pages that were opened, and where a page was led to. */
  readonly elsewhere: string[]
}

const nothing = { foreign: [], dialogs: [], elsewhere: [], script: false, at: 'home' }

/** The pictures in the payloads that are fetched on request. */
const pictures = ['https://track.evil.test/open.gif']

async function watchHarm(page: Page): Promise<Harm> {
  const seen: Harm = { foreign: [], dialogs: [], elsewhere: [] }
  const note = (request: Request) => {
    const { protocol, hostname } = new URL(request.url())
    if (!/^(https?|wss?|ftp):$/.test(protocol) || hostname === '127.0.0.1') return
    if (request.failure()?.errorText !== 'csp') seen.foreign.push(request.url())
  }
  page.on('requestfinished', note)
  page.on('requestfailed', note)
  page.on('dialog', (dialog) => {
    seen.dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  page.context().on('page', (other) => void seen.elsewhere.push(other.url()))
  page.on('framenavigated', (frame) => {
    const { protocol, hostname } = new URL(frame.url())
    if (protocol !== 'about:' && hostname !== '127.0.0.1') seen.elsewhere.push(frame.url())
  })
  return seen
}

async function harmIn(page: Page, { url }: RunningPostern, seen: Harm) {
  const script = await page.evaluate(() => '__pwn' in globalThis)
  const at = page.url().startsWith(url) ? 'home' : page.url()
  return { ...seen, script, at }
}

/** The view has what it asked the API for, and whatever that set off has run. */
async function settled(page: Page) {
  await page.locator('main').waitFor()
  await expect.poll(() => page.locator('[class*=skeleton]').count()).toBe(0)
  await page.evaluate(() => fetch('/v1/session').then(() => undefined))
  await page.evaluate(() => fetch('/v1/session').then(() => undefined))
}

/** Clicks on everything that can be clicked. */
async function touch(page: Page) {
  const frame = page.frameLocator('iframe')
  await frame.getByText('before').waitFor()
  for (const link of await frame.locator('a, details, summary, b').all())
    await link.click({ timeout: 2_000, force: true }).catch(() => undefined)
  await settled(page)
}
