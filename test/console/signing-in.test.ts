import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInChromium, watchPage } from './browser.ts'
import { startPosternHere } from './postern.ts'

describeInChromium('signing in', ({ open }) => {
  it('opens directly on loopback without keys', async () => {
    const { url } = await startPosternHere()
    const page = await open()
    await page.goto(url)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0)
  })

  it('takes a key of full access, to the view that was asked for', async () => {
    const postern = await startPosternHere()
    const key = await postern.makeKey('console')
    const page = await open()
    await page.goto(`${postern.url}/#/keys`)
    await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor()
    await enter(page, key.token)
    await page.getByRole('heading', { name: 'Keys' }).waitFor()
    await page.getByRole('rowheader', { name: 'console' }).waitFor()
    // A script on the page could not read it.
    expect(await page.evaluate('document.cookie')).toBe('')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor()
  })

  it('shows everything to a person who is faster than the first answers', async () => {
    const postern = await startPosternHere()
    const { token } = await postern.makeKey('console')
    const page = await open()
    const seen = watchPage(page)
    const signedIn = Promise.withResolvers<void>()
    await page.route('**/v1/health', async (route) => {
      const response = await route.fetch()
      await signedIn.promise
      await route.fulfill({ response })
    })
    await page.goto(postern.url)
    await enter(page, token)
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    signedIn.resolve()
    await page.getByText(/^Postern \d/).waitFor()
    expect(seen.errors).toEqual([])
  })

  it('stays on the screen when its key ends while no one clicks', async () => {
    const postern = await startPosternHere()
    const [, second] = [await postern.makeKey('one'), await postern.makeKey('other')]
    const page = await open()
    const seen = watchPage(page)
    await page.goto(postern.url)
    await enter(page, second.token)
    await page.getByText(/^Postern \d/).waitFor()
    await postern.api('DELETE', `/api-keys/${second.id}`)
    const answered = page.waitForResponse('**/v1/health')
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await answered
    await page.getByText(/^Postern \d/).waitFor()
    expect(seen.errors).toEqual([])
  })

  it('refuses a wrong key and one that may only send, at the field, and keeps what was typed', async () => {
    const postern = await startPosternHere()
    await postern.makeKey('console')
    const { token } = await postern.makeKey('shop', { permission: 'sending_access' })
    const page = await open()
    await page.goto(postern.url)
    await enter(page, 're_wrong')
    const field = page.getByRole('textbox', { name: 'API key', exact: true })
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true')
    await page.getByText('API key is invalid').waitFor()
    expect(await field.inputValue()).toBe('re_wrong')
    await enter(page, token)
    await page.getByText('restricted to only send emails').waitFor()
  })

  it('ends when the key is revoked; work in progress goes on after signing in', async () => {
    const postern = await startPosternHere()
    const [first, second] = [await postern.makeKey('one'), await postern.makeKey('other')]
    const page = await open()
    await page.goto(`${postern.url}/#/settings`)
    await enter(page, second.token)
    const replyTo = page.getByRole('textbox', { name: 'Reply-To', exact: true })
    await replyTo.fill('support@own.test')
    await postern.api('DELETE', `/api-keys/${second.id}`)
    await page.getByRole('button', { name: 'Save and activate' }).click()
    const dialog = page.getByRole('dialog', { name: 'Sign in again' })
    await dialog.waitFor()
    expect(await replyTo.inputValue()).toBe('support@own.test')
    await enter(page, first.token)
    // What was asked for before goes on by itself.
    await page.getByText('Saved. Every part of Postern').waitFor()
    expect(await replyTo.inputValue()).toBe('support@own.test')
  })

  it('makes the first key without locking out who made it', async () => {
    const { url } = await startPosternHere()
    const page = await open()
    await page.goto(`${url}/#/keys`)
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByText('The first key ends open access').waitFor()
    await page.getByRole('textbox', { name: 'Name' }).fill('me')
    await page.getByRole('button', { name: 'Make key' }).click()
    await page.getByText(/^re_/).waitFor()
    await page.getByRole('button', { name: 'I have it' }).click()
    await page.getByRole('rowheader', { name: 'me' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
  })
})

async function enter(page: Page, key: string) {
  await page.getByRole('textbox', { name: 'API key', exact: true }).fill(key)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}
