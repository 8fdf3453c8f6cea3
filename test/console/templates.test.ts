import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { starterFolder } from '../../backends/web/starter-set.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { violationsOn } from './accessibility.ts'
import { describeInChromium, phone, watchPage } from './browser.ts'
import { takeScreenshot } from './screenshot.ts'
import { startPosternHere } from './postern.ts'

const images = join(import.meta.dirname, '../../docs/images')
const locales = { en: { subject: 'Hi {{name}}', html: '<p>Hi {{name}}</p><script>boo()</script>' } }

async function started() {
  const folder = join(temporaryDirectory(), 'templates')
  cpSync(starterFolder(), folder, { recursive: true })
  const defaults = JSON.stringify({ from: { address: 'a@acme.test' } })
  const env = { POSTERN_TEMPLATES: folder, POSTERN_DEFAULTS: defaults }
  return { ...(await startPosternHere({ env })), folder }
}

describeInChromium('templates', ({ open }) => {
  it('that are files are looked at in each language and width, and sent as a test', async () => {
    const { url, api, folder } = await started()
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/`)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await page.getByRole('link', { name: 'one-time-code' }).waitFor()
    expect(await violationsOn(page)).toEqual([])
    await page.getByRole('link', { name: 'one-time-code' }).click()
    const frame = page.frameLocator('iframe')
    await frame.getByRole('heading', { name: '482913 is your code' }).waitFor()
    await takeScreenshot(page, join(images, 'console-template-desktop-light.png'))
    await page.getByLabel('Language').selectOption('ar')
    await frame.getByRole('heading', { name: '482913 هو رمزك' }).waitFor()
    await page.getByLabel('Values').fill('{"code": "<7>"}')
    await page.getByLabel('Values').blur()
    await frame.getByRole('heading', { name: '<7> هو رمزك' }).waitFor()
    await page.getByRole('button', { name: 'Phone' }).click()
    expect(await page.evaluate('document.querySelector("iframe").style.width')).toBe('375px')
    expect(await violationsOn(page)).toEqual([])

    await page.getByLabel('Values').fill('{"code": null}')
    await page.getByLabel('Values').blur()
    await page.getByText('An email would be refused').waitFor()
    await page.getByText('the variable "code" is missing').first().waitFor()
    await page.getByLabel('Values').fill('[')
    await page.getByLabel('Values').blur()
    await page.locator('.fault').waitFor()
    await page.getByLabel('Values').fill('{"code": "77"}')
    await page.getByLabel('Values').blur()
    await frame.getByRole('heading', { name: '77 هو رمزك' }).waitFor()

    await page.getByRole('button', { name: 'Send a test' }).click()
    const dialog = page.getByRole('dialog', { name: 'Send a test' })
    await dialog.getByRole('textbox', { name: 'Recipient' }).fill('me@there.test')
    await dialog.getByRole('button', { name: 'Send' }).click()
    await page.getByText('A test is on its way to me@there.test.').waitFor()
    expect(await api('GET', '/v1/emails')).toMatchObject({
      data: [{ to: ['me@there.test'], subject: '77 هو رمزك' }],
    })

    writeFileSync(join(folder, 'test/en.html'), '---\nsubject: x\n---\n{{#if}}')
    const broken = async () => {
      await api('GET', '/v1/templates')
      return api('GET', '/v1/health')
    }
    await expect.poll(broken, { interval: 500 }).toHaveProperty('templates')
    await page.goto(`${url}/#/templates`)
    await page.reload()
    await page.getByText('Some files of templates have faults').waitFor()
    await page.getByText('test/en.html, line 4').waitFor()
    await page.getByRole('link', { name: 'test', exact: true }).waitFor()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('that the API keeps have a draft and versions; nothing of them runs, and a phone shows them', async () => {
    const { url, api } = await started()
    const wish = { alias: 'welcome', locales, samples: { name: 'Ann' } }
    const { id } = await api<{ id: string }>('POST', '/v1/templates', wish)
    await api('POST', `/v1/templates/${id}/publish`)
    const changed = { en: { subject: 'Changed', html: '<h1>Changed {{name}}</h1>' } }
    await api('PATCH', `/v1/templates/${id}`, { revision: 2, locales: changed })
    const page = await open({ size: phone, theme: 'dark' })
    const seen = watchPage(page)
    await page.goto(`${url}/#/templates/${id}`)
    const frame = page.frameLocator('iframe')
    await frame.getByText('Hi Ann').waitFor()
    expect(await page.locator('iframe').getAttribute('sandbox')).toBe('')
    await page.getByText('Edited since').waitFor()
    await takeScreenshot(page, join(images, 'console-template-phone-dark.png'))
    await page.getByLabel('Version').selectOption('Draft')
    await frame.getByRole('heading', { name: 'Changed Ann' }).waitFor()
    expect(await violationsOn(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(phone.width)
    await page.goto(`${url}/#/templates/gone`)
    await page.getByText('There is no such template').waitFor()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })
})
