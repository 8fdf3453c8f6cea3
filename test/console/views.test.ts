import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { aDayOfMail } from './a-day-of-mail.ts'
import { violationsOn } from './accessibility.ts'
import { describeInChromium, desktop, phone, watchPage } from './browser.ts'
import { startPosternHere, type TestPostern } from './postern.ts'
import { takeScreenshot } from './screenshot.ts'

const themes = ['light', 'dark'] as const
const sizes = { desktop, phone }

interface View {
  readonly name: string
  readonly at: string
  /** What is there once it is whole. */
  readonly shows: string
  /** What has to be done first. */
  readonly prepare?: (page: Page) => Promise<void>
}

describeInChromium('every view', ({ open }) => {
  it('is accessible, in both themes and sizes, after a day of mail', async () => {
    const postern = await aDayOfMail()
    await look(postern, await viewsOf(postern), postern.token)
  }, 900_000)

  it('is sound while there is nothing to show', async () => {
    const postern = await startPosternHere()
    await look(postern, [
      { name: 'first-visit', at: '', shows: 'Nothing is configured yet' },
      { name: 'empty-inbox', at: 'inbox', shows: 'Nothing captured yet' },
      { name: 'empty-log', at: 'log', shows: 'No email yet' },
      { name: 'empty-events', at: 'log/events', shows: 'No event yet' },
      { name: 'empty-audit', at: 'log/audit', shows: 'Nothing was changed' },
      { name: 'empty-queue', at: 'queue', shows: 'None waits.' },
      { name: 'empty-suppressions', at: 'suppressions', shows: 'No address is suppressed' },
      { name: 'empty-webhooks', at: 'webhooks', shows: 'No URL is told of events' },
      { name: 'no-such-webhook', at: 'webhooks/0', shows: 'There is no such webhook' },
      { name: 'empty-returned', at: 'suppressions/returned', shows: 'Nothing is left to read' },
      { name: 'no-such-suppression', at: 'suppressions/0', shows: 'It is not suppressed' },
      { name: 'empty-keys', at: 'keys', shows: 'Give each application' },
      { name: 'nowhere', at: 'nowhere', shows: 'There is nothing at this address' },
      { name: 'no-such-email', at: 'log/nothing', shows: 'There is no such email' },
      { name: 'no-such-capture', at: 'inbox/nothing', shows: 'This email is no longer here' },
    ])
  }, 600_000)

  it('asks for a key where one is needed', async () => {
    const postern = await startPosternHere()
    await postern.makeKey('mine')
    await look(postern, [{ name: 'sign-in', at: '', shows: 'Sign in to Postern' }])
  }, 60_000)

  /** Looks at views in both themes and sizes: no fault for axe, nothing wider than the screen. */
  async function look({ url }: TestPostern, views: readonly View[], key?: string) {
    const found: Record<string, readonly string[]> = {}
    for (const [size, viewport] of Object.entries(sizes)) {
      const page = await open({ size: viewport })
      const seen = watchPage(page)
      await answerOneByOne(page)
      if (key) await signIn(page, url, key)
      for (const { name, at, shows, prepare } of views) {
        await page.goto(`${url}/#/${at}`)
        await page.getByText(shows).filter({ visible: true }).first().waitFor()
        await whole(page)
        const faults = await jumpsOf(page)
        if (prepare) await prepare(page).then(() => whole(page))
        faults.push(...(await overflowOf(page)))
        for (const theme of themes) faults.push(...(await faultsIn(page, theme, `${name}-${size}`)))
        if (faults.length > 0) found[`${name}-${size}`] = faults
        await page.goto('about:blank')
      }
      expect(seen).toEqual({ errors: [], foreign: [] })
      await page.context().close()
    }
    expect(found).toEqual({})
  }
})

/** A theme is other colours: the rest has been looked at in the first. */
async function faultsIn(page: Page, colorScheme: (typeof themes)[number], which: string) {
  await page.emulateMedia({ colorScheme })
  if (pictured.includes(which.replace(/-\w+$/, '')))
    await takeScreenshot(page, `docs/images/console-${which}-${colorScheme}.png`)
  const rules = colorScheme === themes[0] ? undefined : ['color-contrast']
  const faults = await violationsOn(page, rules)
  return faults.map((fault) => `${colorScheme}: ${fault}`)
}

/** Has all that it asked the API for. */
async function whole(page: Page) {
  await expect.poll(() => page.locator('[aria-busy]').count()).toBe(0)
}

async function signIn(page: Page, url: string, key: string) {
  await page.goto(url)
  await page.getByRole('textbox', { name: 'API key', exact: true }).fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Mail works').filter({ visible: true }).first().waitFor()
  await page.goto('about:blank')
}

/** What the documentation shows. */
const pictured = [
  ...['overview', 'inbox', 'log', 'email', 'queue', 'suppressions', 'keys', 'settings'],
  ...['first-visit', 'sign-in'],
]

async function viewsOf({ api }: TestPostern): Promise<View[]> {
  const captures = await api<{ data: { id: string; subject: string }[] }>('GET', '/v1/captures')
  const capture = captures.data.find(({ subject }) => subject.includes('Receipt'))!
  const failed = await api<{ data: { id: string }[] }>('GET', '/v1/emails?status=queued')
  const suppressed = await api<{ data: { id: string }[] }>('GET', '/v1/suppressions')
  const returned = await api<{ data: { id: string }[] }>('GET', '/v1/feedback/mail')
  const of = `inbox/${capture.id}`
  const click = (name: string) => (page: Page) => page.getByRole('button', { name }).click()
  return [
    { name: 'overview', at: '', shows: 'Mail works' },
    { name: 'inbox', at: of, shows: capture.subject },
    { name: 'capture-text', at: `${of}/text`, shows: 'Thank you' },
    { name: 'capture-headers', at: `${of}/headers`, shows: 'Message-ID' },
    { name: 'capture-source', at: `${of}/source`, shows: 'Content-Type: multipart' },
    { name: 'inbox-list', at: 'inbox', shows: 'unread of' },
    { name: 'log', at: 'log', shows: 'full@example.com' },
    { name: 'email', at: `log/${failed.data[0]!.id}`, shows: 'Timeline' },
    { name: 'events', at: 'log/events', shows: 'gone@example.org' },
    { name: 'audit', at: 'log/audit', shows: 'Settings saved' },
    { name: 'queue', at: 'queue', shows: 'Try all again' },
    { name: 'suppressions', at: 'suppressions', shows: 'gone@example.org' },
    {
      name: 'suppression',
      at: `suppressions/${suppressed.data[0]!.id}`,
      shows: 'The email it is about',
    },
    { name: 'import', at: 'suppressions', shows: 'gone@example.org', prepare: click('Import') },
    { name: 'returned', at: 'suppressions/returned', shows: 'Out of the office' },
    {
      name: 'returned-email',
      at: `suppressions/returned/${returned.data[0]!.id}`,
      shows: 'Back on Monday',
    },
    { name: 'keys', at: 'keys', shows: 'shop, production' },
    { name: 'settings', at: 'settings', shows: 'Email leaves by' },
    {
      name: 'shortcuts',
      at: '',
      shows: 'Mail works',
      prepare: (page) => page.keyboard.press('?'),
    },
    { name: 'new-key', at: 'keys', shows: 'shop, production', prepare: click('New key') },
    { name: 'release', at: of, shows: capture.subject, prepare: click('Release to a recipient') },
    { name: 'delete-all', at: 'inbox', shows: 'unread of', prepare: click('Delete all') },
    { name: 'verified', at: 'settings', shows: 'Email leaves by', prepare: click('Verify') },
  ]
}

/** Has what the API says come piece by piece, each when the one before is on the screen. */
async function answerOneByOne(page: Page) {
  let before: Promise<unknown> = Promise.resolve()
  await page.route('**/v1/**', (route) => {
    // A page that is left on the way takes its requests along.
    before = before
      .then(() => page.evaluate(twoFrames))
      .then(() => route.continue())
      .catch(() => undefined)
  })
}

const twoFrames =
  'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))'

/** Most that a view may move while it loads; the web counts 0.1 as good (web.dev/articles/cls). */
const mostMoved = 0.01

/** Whether things jumped away under the reader while the view was loading. */
async function jumpsOf(page: Page): Promise<string[]> {
  const moved = await page.evaluate<number>(`new Promise((resolve) => {
    const sum = (entries) => entries.reduce((all, { value }) => all + value, 0)
    const observer = new PerformanceObserver((list) => resolve(sum(list.getEntries())))
    observer.observe({ type: 'layout-shift', buffered: true })
    requestAnimationFrame(() => setTimeout(() => resolve(0)))
  })`)
  return moved > mostMoved ? [`moved by ${moved.toFixed(2)} while loading`] : []
}

/** What sticks out at the side: then a phone scrolls both ways. */
async function overflowOf(page: Page): Promise<string[]> {
  const width = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  return width > 0 ? [`${width} pixels wider than the screen`] : []
}
