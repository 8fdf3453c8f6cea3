import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { describeInChromium } from './browser.ts'
import { startPosternHere } from './postern.ts'

/** Another website on this machine; what its requests brought along. */
async function hostileSite() {
  const cookies: string[] = []
  const server = createServer(({ headers }, response) => {
    cookies.push(headers.cookie ?? '')
    response.end('<!doctype html><title>harmless</title>')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { port, cookies }
}

const captured = { from: 'a@own.test', to: 'b@own.test', subject: 'code 493817', text: 'Hello' }

/** How long an answer takes that the page may not read, in milliseconds. */
function time(page: Page, url: string): Promise<number> {
  return page.evaluate(async (address) => {
    const start = performance.now()
    await fetch(address, { mode: 'no-cors' }).catch(() => undefined)
    return performance.now() - start
  }, url)
}

describeInChromium('a hostile page', ({ open }) => {
  it.each(['127.0.0.1', 'localhost'])(
    'on another port of %s learns nothing from the time that a search takes',
    async (host) => {
      const { url, api } = await startPosternHere()
      await api('POST', '/emails', captured)
      await api('GET', '/v1/captures?subject=493817&wait=5')
      const { port } = await hostileSite()
      const page = await open()
      const statuses: number[] = []
      page.on(
        'response',
        (answer) => answer.url().startsWith(url) && statuses.push(answer.status()),
      )
      await page.goto(`http://${host}:${port}/`)
      for (const guess of ['493817', '000000']) {
        const search = `${url}/v1/captures?subject=${guess}&wait=20`
        expect(await time(page, search)).toBeLessThan(15_000)
      }
      // Nor from what it embeds or sends the browser to.
      await page.evaluate((address) => {
        const frame = document.createElement('iframe')
        frame.src = address
        document.body.append(frame)
      }, `${url}/v1/captures`)
      await expect.poll(() => statuses.length).toBe(3)
      await page.evaluate((address) => location.assign(address), `${url}/v1/captures`)
      await expect.poll(() => statuses.length).toBe(4)
      expect(new Set(statuses)).toEqual(new Set([403]))
    },
  )

  it('on another port gets the cookie of the console, which opens nothing', async () => {
    const { url, makeKey } = await startPosternHere()
    const { token } = await makeKey('console')
    const page = await open()
    await page.goto(url)
    await page.getByRole('textbox', { name: 'API key', exact: true }).fill(token)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    const { port, cookies } = await hostileSite()
    const other = await page.context().newPage()
    await other.goto(`http://127.0.0.1:${port}/`)
    const cookie = cookies.find((one) => one.includes('postern_session'))!
    expect(cookie).toBeDefined()
    expect((await fetch(`${url}/v1/settings`, { headers: { cookie } })).status).toBe(401)
    // Its own tabs share both halves.
    const tab = await page.context().newPage()
    await tab.goto(`${url}/#/keys`)
    await tab.getByRole('rowheader', { name: 'console' }).waitFor()
  })

  it('finds the console able to show and save what was captured when signed in', async () => {
    const { url, api, makeKey } = await startPosternHere()
    const { token } = await makeKey('console')
    await api('POST', '/emails', { ...captured, html: '<p>In the frame</p>' })
    const found = await api<{ data: { id: string }[] }>('GET', '/v1/captures?wait=5')
    const page = await open()
    await page.goto(`${url}/#/inbox/${found.data[0]!.id}/html`)
    await page.getByRole('textbox', { name: 'API key', exact: true }).fill(token)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.frameLocator('iframe').getByText('In the frame').waitFor()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download .eml' }).click(),
    ])
    expect(file.suggestedFilename()).toMatch(/\.eml$/)
    expect(await file.failure()).toBeNull()
  })
})
