import { expect, it } from 'vitest'
import { describeInChromium, watchPage } from './browser.ts'
import { startPosternHere } from './postern.ts'

describeInChromium('a lock', ({ open }) => {
  it('is shown with its reason, and the engine cannot be changed', async () => {
    const { url } = await startPosternHere({
      env: { POSTERN_LOCKS: '{"engine":"noop","smtp":{"host":"mail.own.test"}}' },
    })
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/settings`)
    await page.getByText('Locked to Capture where Postern was deployed').waitFor()
    for (const radio of await page
      .getByRole('group', { name: 'Email leaves by' })
      .getByRole('radio')
      .all())
      expect(await radio.isDisabled()).toBe(true)
    await page.goto(url)
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    await page.getByText('smtp.host').waitFor()
    await page.getByText('"noop"').waitFor()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('makes releasing impossible, in words', async () => {
    const { url, api } = await startPosternHere({ env: { POSTERN_LOCKS: '{"engine":"noop"}' } })
    const { id } = await api<{ id: string }>('POST', '/emails', {
      from: 'app@own.test',
      to: 'bob@there.test',
      subject: 'Kept',
      text: 'here',
    })
    const page = await open()
    await page.goto(`${url}/#/inbox/${id}`)
    await page.getByRole('button', { name: 'Release to a recipient' }).click()
    await page.getByLabel('Recipient', { exact: true }).fill('me@own.test')
    await page.getByRole('button', { name: 'Send now' }).click()
    await page.getByText('the engine is locked to "noop" here: nothing can be sent').waitFor()
    expect(await page.getByLabel('Recipient', { exact: true }).inputValue()).toBe('me@own.test')
  })
})
