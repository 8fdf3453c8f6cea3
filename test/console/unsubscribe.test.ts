import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { words } from '../../api/unsubscribe/words.ts'
import { linkToken } from '../../mail/suppress/link.ts'
import { violationsOn } from './accessibility.ts'
import { describeInChromium, phone, watchPage } from './browser.ts'
import { startPosternHere } from './postern.ts'

describeInChromium('the page to unsubscribe', ({ open }) => {
  it('asks and confirms in both directions of writing, light and dark, on a phone', async () => {
    const { url, postern } = await startPosternHere()
    const subject = { project: 'default', list: 'news', domain: 'own.test', emailId: 'e1' }
    const address = 'ann.with-a-rather-long-name@there.test'
    const token = linkToken({ ...subject, address }, (await postern.linkKeys.all())[0]!)
    const grounds = new Set<string>()
    for (const language of ['en', 'ar'] as const) {
      const page = await open({ size: phone, locale: language })
      const seen = watchPage(page)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.goto(`${url}/u/${token}`)
        await page.getByText(address).waitFor()
        grounds.add(await look(page))
        await page.getByRole('button', { name: words[language].button }).click()
        await page.getByRole('heading', { name: words[language].done }).waitFor()
        await page.getByText(address).waitFor()
        await look(page)
      }
      expect(seen).toEqual({ errors: [], foreign: [] })
    }
    expect([...grounds].sort()).toEqual([
      'rgb(22, 22, 24) ltr',
      'rgb(22, 22, 24) rtl',
      'rgb(246, 246, 244) ltr',
      'rgb(246, 246, 244) rtl',
    ])
  })
})

/** Its ground and its direction, where nothing is wrong with it for axe or too wide. */
async function look(page: Page): Promise<string> {
  expect(await violationsOn(page)).toEqual([])
  return page.evaluate<string>(`(() => {
    const root = document.documentElement
    if (root.scrollWidth > root.clientWidth) throw new Error('wider than the screen')
    const { backgroundColor, direction } = getComputedStyle(document.body)
    return backgroundColor + ' ' + direction
  })()`)
}
