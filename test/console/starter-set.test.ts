import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { starterSet } from '../../backends/web/starter-set.ts'
import type { Template } from '../../mail/template/template.ts'
import { violationsOn } from './accessibility.ts'
import { describeInChromium, phone } from './browser.ts'
import { takeScreenshot } from './screenshot.ts'

const templates = await starterSet()()
const images = join(import.meta.dirname, '../../docs/images')
/** An email in the window of a mail program. */
const inbox = { width: 640, height: 560 }

function htmlOf(template: Template, locale: string): string {
  const made = template.render({ variables: template.source.samples!, locale })
  if ('faults' in made) throw new Error(`${template.source.name} is not rendered in ${locale}`)
  return made.rendered.html!
}

/** Their tags are the same, and checks of each language are cheaper (`templates check`). */
const everyLanguage = process.env['POSTERN_EVERY_PAGE'] === '1'

/** What axe tests that the Web Content Accessibility Guidelines ask for. */
const guidelines = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']

/** How far the words of the heading and the foot are from the left and the right edge of the card. */
function margins(page: Page): Promise<{ left: number; right: number }[]> {
  return page.evaluate(`['h1', '.small:last-of-type'].map((one) => {
    const card = document.querySelector('.card').getBoundingClientRect()
    const range = document.createRange()
    range.selectNodeContents(document.querySelector(one))
    const words = range.getBoundingClientRect()
    return { left: words.left - card.left, right: card.right - words.right }
  })`)
}

describeInChromium('the starter set', ({ open }) => {
  it.each([...templates.keys()])('%s passes axe', async (name) => {
    const template = templates.get(name)!
    const page = await open({ size: inbox })
    for (const locale of everyLanguage
      ? Object.keys(template.source.locales)
      : ['en', 'ar', 'ja']) {
      await page.setContent(htmlOf(template, locale))
      expect([locale, await violationsOn(page, guidelines)]).toEqual([locale, []])
    }
  })

  it('can be read in dark colours too, and fits on a phone', async () => {
    const page = await open({ theme: 'dark', size: phone })
    for (const template of templates.values())
      for (const locale of ['en', 'ar', 'de']) {
        await page.setContent(htmlOf(template, locale))
        expect(await violationsOn(page, ['color-contrast'])).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(phone.width)
        const colour = 'getComputedStyle(document.querySelector(".card")).backgroundColor'
        expect(await page.evaluate(colour)).toBe('rgb(39, 39, 42)')
      }
  })

  it('is mirrored in Arabic', async () => {
    const page = await open({ size: inbox })
    for (const template of templates.values()) {
      await page.setContent(htmlOf(template, 'en'))
      for (const { left, right } of await margins(page)) expect(left).toBeLessThan(right)
      await page.setContent(htmlOf(template, 'ar'))
      for (const { left, right } of await margins(page)) expect(right).toBeLessThan(left)
    }
  })

  it('has its pictures in the documentation', async () => {
    const shots = [
      { name: 'light', theme: 'light', size: inbox, locale: 'en' },
      { name: 'dark', theme: 'dark', size: inbox, locale: 'en' },
      { name: 'phone', theme: 'light', size: phone, locale: 'de' },
      { name: 'arabic', theme: 'light', size: inbox, locale: 'ar' },
    ] as const
    for (const { name, theme, size, locale } of shots) {
      const page = await open({ theme, size })
      for (const [alias, template] of templates) {
        await page.setContent(htmlOf(template, locale))
        await takeScreenshot(page, join(images, `template-${alias}-${name}.png`))
      }
    }
  })
})
