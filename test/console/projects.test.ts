import { expect, it } from 'vitest'
import { describeInChromium, watchPage } from './browser.ts'
import { startPosternHere } from './postern.ts'

const email = { from: 'a@own.test', to: 'b@there.test', text: 'Hello' }

const withProjects = {
  POSTERN_DEFAULTS: JSON.stringify({ projects: { shop: {}, blog: {} } }),
}

describeInChromium('the project switch', ({ open }) => {
  it('has every view show one project, and every link and address hold it', async () => {
    const { url, postern } = await startPosternHere({ env: withProjects })
    for (const [project, subject] of [
      ['shop', 'An order'],
      ['blog', 'A comment'],
    ] as const)
      await fetch(`${url}/emails`, {
        method: 'POST',
        headers: { 'x-postern-project': project },
        body: JSON.stringify({ ...email, subject }),
      })
    await expect.poll(async () => (await postern.captures.count('*')).total).toBe(2)

    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/inbox`)
    await page.getByRole('combobox', { name: 'Project' }).selectOption('shop')
    await page.getByText('An order').first().waitFor()
    expect(await page.getByText('A comment').count()).toBe(0)
    expect(page.url()).toContain('project=shop')
    await page.getByRole('link', { name: 'Log' }).click()
    await page.getByText('An order').first().waitFor()
    expect(page.url()).toMatch(/#\/log.*project=shop/)
    expect(await page.getByText('A comment').count()).toBe(0)

    const other = await open()
    await other.goto(`${url}/#/log?project=*`)
    for (const subject of ['An order', 'A comment'])
      await other.getByText(subject).first().waitFor()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('shows what each project has side by side, and downloads in the one that is shown', async () => {
    const { url, postern } = await startPosternHere({ env: withProjects })
    await fetch(`${url}/emails`, {
      method: 'POST',
      headers: { 'x-postern-project': 'shop' },
      body: JSON.stringify({ ...email, subject: 'An order' }),
    })
    await expect.poll(async () => (await postern.captures.count('shop')).total).toBe(1)
    const page = await open()
    await page.goto(url)
    const row = page.getByRole('row', { name: /^shop/ })
    await row.waitFor()
    expect(await row.getByRole('cell').allTextContents()).toEqual(['0', '0', '0', '1', '0'])
    await row.getByRole('link', { name: 'shop' }).click()
    await page.goto(`${url}/#/inbox?project=shop`)
    await page.getByText('An order').first().click()
    const raw = page.getByRole('link', { name: 'Download' })
    const [download] = await Promise.all([page.waitForEvent('download'), raw.click()])
    expect(await download.failure()).toBeNull()
  })

  it('says to a key of one project which, and shows it no settings and no failure', async () => {
    const postern = await startPosternHere({ env: withProjects })
    await postern.makeKey('mine')
    const { token } = await postern.makeKey('of the shop', { project: 'shop' })
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${postern.url}/#/`)
    await page.getByRole('textbox', { name: 'API key' }).fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Project shop').waitFor()
    await page.getByText('Mail is captured, not sent').waitFor()
    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0)
    expect(await page.locator('.notice.bad').count()).toBe(0)
    await page.goto(`${postern.url}/#/settings`)
    await page.getByText('Settings are for all projects together').waitFor()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('makes keys for a project, and changes projects in the settings', async () => {
    const postern = await startPosternHere({ env: withProjects })
    const { token } = await postern.makeKey('mine')
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${postern.url}/#/keys`)
    await page.getByRole('textbox', { name: 'API key' }).fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('web')
    await page.getByRole('combobox', { name: 'In the project' }).selectOption('shop')
    await page.getByRole('button', { name: 'Make key' }).click()
    await page.getByText('re_').first().waitFor()
    expect((await postern.postern.keys.list('shop')).map(({ name }) => name)).toEqual(['web'])

    await page.goto(`${postern.url}/#/settings`)
    const projects = page.getByRole('region', { name: 'Projects' })
    expect(await projects.getByRole('button', { name: /^Remove/ }).count()).toBe(0)
    await projects.getByRole('textbox', { name: 'New project' }).fill('News')
    expect(await projects.getByRole('button', { name: 'Add project' }).isDisabled()).toBe(true)
    await projects.getByRole('textbox', { name: 'New project' }).fill('news')
    await projects.getByRole('button', { name: 'Add project' }).click()
    const news = projects.getByRole('group', { name: 'news' })
    await news.getByRole('textbox', { name: 'Default sender address' }).fill('no address')
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await news.locator('.faulty').waitFor()
    await news.getByRole('textbox', { name: 'Default sender address' }).fill('news@own.test')
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.getByText('Saved. Every part of Postern').waitFor()
    const saved = async () =>
      (await postern.api<{ saved: { projects?: object } }>('GET', '/v1/settings')).saved.projects
    expect(await saved()).toEqual({ news: { from: { address: 'news@own.test' } } })

    await news.getByRole('button', { name: 'Use default for Default sender address' }).click()
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await expect.poll(saved).toEqual({ news: {} })
    await news.getByRole('button', { name: 'Remove the project news' }).click()
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await expect.poll(saved).toBeUndefined()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })
})
