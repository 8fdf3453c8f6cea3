import { expect, it } from 'vitest'
import { describeInChromium, watchPage } from './browser.ts'
import { startPosternHere } from './postern.ts'

const email = { from: 'a@own.test', to: 'b@there.test', text: 'Hello' }

describeInChromium('the project switch', ({ open }) => {
  it('has every view show one project, and every link and address hold it', async () => {
    const { url, postern } = await startPosternHere({
      env: { POSTERN_DEFAULTS: JSON.stringify({ projects: { shop: {}, blog: {} } }) },
    })
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
})
