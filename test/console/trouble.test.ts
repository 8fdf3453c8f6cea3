import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { describeInChromium } from './browser.ts'
import { startPosternHere } from './postern.ts'

describeInChromium('when Postern', ({ open }) => {
  it('is gone, the page says so, keeps what was typed, and goes on when it is back', async () => {
    const directory = temporaryDirectory()
    const before = await startPosternHere({ directory })
    const port = Number(new URL(before.url).port)
    const page = await open()
    await page.goto(`${before.url}/#/settings`)
    await replyTo(page).fill('support@own.test')
    await before.stop()
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.getByText('Postern cannot be reached. What you typed stays here').waitFor()
    expect(await replyTo(page).inputValue()).toBe('support@own.test')

    const after = await startPosternHere({ directory, port })
    await expect.poll(() => page.getByText('What you typed stays here').count()).toBe(0)
    expect(await replyTo(page).inputValue()).toBe('support@own.test')
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.getByText('Saved. Every part of Postern').waitFor()
    expect(await after.api('GET', '/v1/settings')).toMatchObject({
      saved: { replyTo: 'support@own.test' },
    })
  })

  it('is slow, the page says that it still waits', async () => {
    const { url } = await startPosternHere()
    const page = await open()
    await page.goto(`${url}/#/settings`)
    await replyTo(page).fill('support@own.test')
    let go = () => {}
    const released = new Promise<void>((resolve) => (go = resolve))
    await page.route('**/v1/settings', async (route) => {
      if (route.request().method() === 'PUT') await released
      await route.continue()
    })
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.getByText('Postern is slow to answer').waitFor()
    expect(await replyTo(page).inputValue()).toBe('support@own.test')
    go()
    await page.getByText('Saved. Every part of Postern').waitFor()
    await expect.poll(() => page.getByText('Postern is slow to answer').count()).toBe(0)
  })

  it('refuses a value, it says so at that field and nowhere else', async () => {
    const { url } = await startPosternHere()
    const page = await open()
    await page.goto(`${url}/#/settings`)
    await replyTo(page).fill('two@own.test, three@own.test')
    await page.getByRole('textbox', { name: 'Give up after hours', exact: true }).fill('5')
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await expect.poll(() => replyTo(page).getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator('[aria-invalid]').count()).toBe(1)
    expect(await replyTo(page).inputValue()).toBe('two@own.test, three@own.test')
  })

  it('is told a number that cannot be, the field says so before anything is sent', async () => {
    const { url } = await startPosternHere()
    const page = await open()
    await page.goto(`${url}/#/settings`)
    const hours = page.getByRole('textbox', { name: 'Give up after hours', exact: true })
    await hours.fill('100')
    await page.getByText('This is not above 0, at most 72').waitFor()
    await hours.fill('soon')
    await page.getByText('This is not a number').waitFor()
    expect(await hours.inputValue()).toBe('soon')
    await page.getByRole('button', { name: /Undo the change of Give up/ }).click()
    expect(await hours.inputValue()).toBe('24')
  })

  it('is to have no value any more, an emptied field says just that', async () => {
    const { url, api } = await startPosternHere({
      env: { POSTERN_DEFAULTS: '{"replyTo":"deployed@own.test"}' },
    })
    const page = await open()
    await page.goto(`${url}/#/settings`)
    await expect.poll(() => replyTo(page).inputValue()).toBe('deployed@own.test')
    await replyTo(page).fill('')
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.getByText('Saved. Every part of Postern').waitFor()
    expect(await api('GET', '/v1/settings')).toMatchObject({ settings: { replyTo: null } })
  })

  it('is left for the inbox in the middle of typing, nothing is lost', async () => {
    const { url } = await startPosternHere()
    const page = await open()
    await page.goto(`${url}/#/settings`)
    await replyTo(page).fill('support@own.test')
    await page.getByRole('link', { name: /Inbox/ }).click()
    await page.getByText('Nothing captured yet').waitFor()
    await page.getByRole('link', { name: 'Settings' }).click()
    expect(await replyTo(page).inputValue()).toBe('support@own.test')
  })
})

function replyTo(page: Page) {
  return page.getByRole('textbox', { name: 'Reply-To', exact: true })
}
