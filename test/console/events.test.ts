import { expect, it } from 'vitest'
import type { Signal } from '../../mail/email/signal.ts'
import { receive } from '../../mail/report/receive.ts'
import { describeInChromium, watchPage } from './browser.ts'
import { startPosternHere } from './postern.ts'

const withProjects = { POSTERN_DEFAULTS: JSON.stringify({ projects: { shop: {} } }) }

describeInChromium('events', ({ open }) => {
  it('are listed by kind, lead to their email, and are shown in its timeline', async () => {
    const { url, api, postern } = await startPosternHere({ env: withProjects })
    const email = { from: 'a@own.test', to: 'bounced@resend.dev', subject: 'An order', text: 'Hi' }
    const { id } = await api<{ id: string }>('POST', '/emails', email)
    await expect
      .poll(() => api('GET', `/v1/emails/${id}`), { timeout: 20_000 })
      .toMatchObject({ state: 'bounced' })
    const at = Date.now()
    const click: Signal = {
      source: 'capture',
      key: 'a click',
      kind: 'clicked',
      emailId: id,
      address: email.to,
      at,
      visit: { link: 'https://own.test/<b>order</b>', automated: true },
    }
    await receive(postern, click)
    const place = { project: 'shop', address: 'gone@there.test' }
    await postern.suppressions.add(place, { reason: 'manual', at, by: 'local' })
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/log`)
    await page.getByRole('link', { name: 'Events' }).click()
    await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor()
    await page.getByRole('row', { name: /Clicked bounced@resend\.dev/ }).waitFor()
    await page.getByLabel('Event', { exact: true }).selectOption('Bounced')
    await expect.poll(() => page.url()).toContain('type=email.bounced')
    await page.getByText('Clicked').filter({ visible: true }).waitFor({ state: 'detached' })
    await page
      .getByRole('row', { name: /Bounced bounced@resend\.dev/ })
      .getByRole('link')
      .click()
    await page.getByRole('heading', { name: 'An order' }).waitFor()
    const clicked = page.getByRole('listitem').filter({ hasText: 'Clicked' })
    await clicked.getByText('https://own.test/<b>order</b>, by a program').waitFor()
    await page.goto(`${url}/#/log/events?project=shop`)
    await page.getByRole('row', { name: /Added to the suppressed addresses gone@/ }).waitFor()
    expect(await page.getByText('bounced@resend.dev').count()).toBe(0)
    await page.goto(`${url}/#/log/events?type=email.held`)
    await page.getByText('No such event').waitFor()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('of who changed what have a page of their own, without an address or a value', async () => {
    const { url, api } = await startPosternHere({ env: withProjects })
    const { version } = await api<{ version: string }>('GET', '/v1/settings')
    await api('PUT', '/v1/settings', { settings: { replyTo: 'support@own.test' }, version })
    const { id } = await api<{ id: string }>('POST', '/suppressions', { email: 'gone@there.test' })
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/log`)
    await page.getByRole('link', { name: 'Audit' }).click()
    await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor()
    await page.getByRole('row', { name: /Settings saved on this machine replyTo/ }).waitFor()
    await page.getByRole('row', { name: `Suppression added on this machine ${id}` }).waitFor()
    expect(await page.getByText(/own\.test|there\.test/).count()).toBe(0)
    expect(seen).toEqual({ errors: [], foreign: [] })
  })
})
