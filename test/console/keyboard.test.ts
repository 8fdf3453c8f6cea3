import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInChromium } from './browser.ts'
import { letter } from './letters.ts'
import { startPosternHere } from './postern.ts'

describeInChromium('the keyboard alone', ({ open }) => {
  it('walks through the views, reads, deletes and asks for help', async () => {
    const { url, api } = await startPosternHere()
    for (let n = 0; n < 3; n += 1) await api('POST', '/emails', letter(n))
    const page = await open()
    await page.goto(url)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()

    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)

    for (const [key, title] of views) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.getByRole('heading', { name: title, level: 1 }).waitFor()
    }

    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await page.getByText('3 unread of 3').waitFor()
    await page.keyboard.press('j')
    await page.getByText('2 unread of 3').waitFor()
    await page.keyboard.press('j')
    await page.getByText('1 unread of 3').waitFor()
    await page.keyboard.press('m')
    await page.getByText('2 unread of 3').waitFor()
    await page.keyboard.press('Delete')
    const dialog = page.getByRole('dialog', { name: 'Delete this email?' })
    await dialog.waitFor()
    await tabTo(page, 'Delete')
    await page.keyboard.press('Enter')
    await expect.poll(() => dialog.count()).toBe(0)
    await page.getByText(/of 2$/).waitFor()

    await page.keyboard.press('/')
    await page.keyboard.type('nothing-like-that')
    await page.getByText('Nothing found').waitFor()
  })

  it('fills in the settings and saves them, the focus always in sight', async () => {
    const { url, api } = await startPosternHere()
    const page = await open()
    await page.goto(`${url}/#/settings`)
    await page.getByText('Email leaves by').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await focused(page)).toBe('main')
    await tabTo(page, 'Reply-To')
    await page.keyboard.type('support@own.test')
    const unseen = await tabTo(page, 'Save and activate')
    expect(unseen).toEqual([])
    await page.keyboard.press('Enter')
    await page.getByText('Saved. Every part of Postern').waitFor()
    expect(await api('GET', '/v1/settings')).toMatchObject({
      saved: { replyTo: 'support@own.test' },
    })
  })

  it('does nothing by single keys once that is switched off', async () => {
    const { url } = await startPosternHere()
    const page = await open()
    await page.goto(url)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.getByRole('button', { name: 'Shortcuts' }).click()
    await page.getByRole('checkbox', { name: 'Single keys work' }).uncheck()
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.reload()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('?')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })
})

const views = [
  ['i', 'Inbox'],
  ['l', 'Log'],
  ['q', 'Queue'],
  ['u', 'Suppressions'],
  ['k', 'Keys'],
  ['s', 'Settings'],
  ['o', 'Overview'],
] as const

/** Most presses of Tab that it may take to get anywhere. */
const mostTabs = 150

/** Presses Tab until what has this name has the focus. @returns what had it without being seen */
async function tabTo(page: Page, name: string): Promise<string[]> {
  const unseen: string[] = []
  for (let n = 0; n < mostTabs; n += 1) {
    await page.keyboard.press('Tab')
    const { label, isSeen } = await page.evaluate(look)
    if (!isSeen) unseen.push(label)
    if (label === name) return unseen
  }
  throw new Error(`${mostTabs} presses of Tab do not lead to ${name}`)
}

/** What has the focus, and whether it shows that. Runs in the page. */
function look() {
  const { document, getComputedStyle } = globalThis as unknown as PageGlobals
  const element = document.activeElement
  const label =
    element.getAttribute('aria-label') ??
    element.labels?.[0]?.textContent?.trim() ??
    element.textContent.trim()
  const shown = [element, element.closest('.choice')].filter((one) => one !== null)
  const isSeen = shown.some((one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one)
    return outlineStyle !== 'none' && outlineWidth !== '0px'
  })
  return { label, isSeen }
}

async function focused(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement.id')
}

interface PageElement {
  getAttribute(name: string): string | null
  closest(selector: string): PageElement | null
  readonly labels?: readonly { textContent: string | null }[]
  readonly textContent: string
}

interface PageGlobals {
  readonly document: { readonly activeElement: PageElement }
  readonly getComputedStyle: (element: PageElement) => {
    outlineStyle: string
    outlineWidth: string
  }
}
