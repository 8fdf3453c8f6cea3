import { expect, it } from 'vitest'
import { describeInChromium, watchPage } from './browser.ts'
import { startPosternHere } from './postern.ts'

describeInChromium('the failure practice in the settings', ({ open }) => {
  it('adds, saves and removes rules, and says what is wrong with one', async () => {
    const { url, postern } = await startPosternHere()
    const rules = async () => (await postern.inForce.refresh()).settings.practice.rules
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/settings/practice`)
    const save = () => page.getByRole('button', { name: /^Save/ }).first().click()
    await page.getByRole('button', { name: 'Add a rule' }).click()
    const rule = page.getByRole('group', { name: /Rule 1/ })
    await rule.getByLabel('What becomes of the email').selectOption('Captured, then bounced')
    await rule.getByLabel('Recipient').fill('not an address')
    await save()
    await expect.poll(() => rule.locator('.fault').count()).toBe(1)
    await rule.getByLabel('Recipient').fill('gone@example.com')
    await save()
    await expect
      .poll(rules)
      .toMatchObject([{ then: 'bounce', to: 'gone@example.com', chance: 1, times: null }])
    await page.getByRole('button', { name: 'Remove rule 1' }).click()
    await save()
    await expect.poll(rules).toEqual([])
    expect(seen.errors.filter((error) => !error.includes('422'))).toEqual([])
  })
})
