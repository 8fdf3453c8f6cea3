import { expect, it, onTestFinished } from 'vitest'
import { startSmtpServer } from '../remote/smtp-server.ts'
import { describeInChromium, watchPage } from './browser.ts'
import { startPosternHere } from './postern.ts'

describeInChromium('the first visit', ({ open }) => {
  it('leads from nothing configured to mail that works', async () => {
    const server = await startSmtpServer({
      login: true,
      auth: ({ line }) => (line.includes(plain('ann', 'right')) ? undefined : wrongPassword),
    })
    onTestFinished(() => server.close())
    const { url, api } = await startPosternHere()
    const page = await open()
    const seen = watchPage(page)

    await page.goto(url)
    await page.getByText('Nothing is configured yet').waitFor()
    await page.getByRole('link', { name: 'Set up an engine' }).click()
    await page.getByRole('radio', { name: /^SMTP/ }).check()
    await page.getByRole('textbox', { name: 'Server', exact: true }).fill('127.0.0.1')
    await page.getByRole('textbox', { name: 'Port', exact: true }).fill(String(server.port))
    await page.getByRole('combobox', { name: 'Encryption', exact: true }).selectOption('none')
    await page.getByRole('textbox', { name: 'User name', exact: true }).fill('ann')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page
      .getByRole('textbox', { name: 'Default sender address', exact: true })
      .fill('no-reply@own.test')

    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('SMTP says no').waitFor()
    await page.getByText('535 5.7.8 Ann, that is not your password').waitFor()

    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.getByText('SMTP says no').waitFor()
    expect(await engineInForce()).toBe('noop')

    await page.getByLabel('Password', { exact: true }).fill('right')
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('SMTP takes email').waitFor()
    await page.getByRole('textbox', { name: 'Test email to', exact: true }).fill('ann@own.test')
    await page.getByRole('button', { name: 'Send a test email' }).click()
    await page.getByText('Test email to ann@own.test').waitFor()
    expect(server.emails.map(({ to }) => to)).toEqual([['ann@own.test']])
    expect(await engineInForce()).toBe('noop')

    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.getByText('Saved. Every part of Postern uses it').waitFor()
    await api('POST', '/emails', { ...email, to: 'bob@there.test' })
    await expect.poll(() => server.emails.length).toBe(2)

    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByRole('heading', { name: 'Mail works' }).waitFor()
    expect(await page.getByText('Nothing is configured yet').count()).toBe(0)
    expect(seen).toEqual({ errors: [], foreign: [] })

    async function engineInForce() {
      const { settings } = await api<{ settings: { engine: string } }>('GET', '/v1/settings')
      return settings.engine
    }
  })
})

const wrongPassword = '535 5.7.8 Ann, that is not your password'

const email = { from: 'app@own.test', subject: 'Hello', text: 'It works.' }

/** What a client answers to AUTH PLAIN (RFC 4616). */
function plain(user: string, password: string): string {
  return Buffer.from(`\0${user}\0${password}`).toString('base64')
}
