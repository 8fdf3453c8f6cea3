import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'

/** Debian's package; `POSTERN_CHROMIUM` names another one. */
const executable = process.env['POSTERN_CHROMIUM'] ?? '/usr/bin/chromium'

const hasChromium = existsSync(executable)

/** Chromium asks its maker for this and that, which would look like the page's doing. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  // No name but ours leads anywhere.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
]

interface Chromium {
  /** A page of a browser of its own: no cookies of another. All of it goes when the test ends. */
  readonly open: (options?: PageOptions) => Promise<Page>
}

interface PageOptions {
  readonly theme?: 'light' | 'dark'
  readonly size?: { readonly width: number; readonly height: number }
  readonly locale?: string
}

export const desktop = { width: 1280, height: 800 }
export const phone = { width: 390, height: 844 }

/** Declares tests that need a real browser; without one they are skipped, with the reason. */
export function describeInChromium(name: string, tests: (chromium: Chromium) => void) {
  describe.skipIf(!hasChromium)(hasChromium ? name : `${name} (no ${executable})`, () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: executable, args: quiet })
    })
    afterAll(() => browser.close())
    tests({
      async open({ theme = 'light', size = desktop, locale = 'en-GB' } = {}) {
        const context = await browser.newContext({
          viewport: size,
          isMobile: size === phone,
          hasTouch: size === phone,
          colorScheme: theme,
          reducedMotion: 'reduce',
          locale,
          timezoneId: 'Europe/Vienna',
        })
        onTestFinished(() => context.close())
        return open(context)
      },
    })
  })
}

async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  return page
}

/** What a page did that the console never does; a test looks into it at the end. */
export function watchPage(page: Page) {
  const seen = { errors: [] as string[], foreign: [] as string[] }
  page.on('pageerror', (error) => seen.errors.push(error.message))
  page.on('console', (line) => {
    // What Postern refuses, the browser logs too.
    if (line.type() === 'error' && !/status of \d{3}/.test(line.text()))
      seen.errors.push(line.text())
  })
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (/^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1')
      seen.foreign.push(request.url())
  })
  return seen
}
