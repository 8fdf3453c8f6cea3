import { expect, it, onTestFinished } from 'vitest'
import { contentKey } from '../../mail/content.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'
import { describeInChromium, watchPage } from './browser.ts'
import { startPosternHere, type TestPostern } from './postern.ts'

describeInChromium('the queue and the log', ({ open }) => {
  it('say why an email failed and try it again, chosen letters and all of them', async () => {
    const server = await startSmtpServer({ rcpt: '550 5.0.0 Not today' })
    onTestFinished(() => server.close())
    const postern = await startPosternHere({ env: relayTo(server.port) })
    for (const name of ['ann', 'bob', 'carla']) await failed(postern, `${name}@there.test`)

    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${postern.url}/#/log`)
    await page.getByRole('combobox', { name: 'State' }).selectOption('failed')
    await page.getByRole('link', { name: 'bob@there.test' }).click()
    await page.getByText('550 5.0.0 Not today').first().waitFor()
    server.script = {}
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('listitem').filter({ hasText: 'Sent · SMTP' }).waitFor()
    expect(server.emails.map(({ to }) => to)).toEqual([['bob@there.test']])

    await bury(postern)
    await page.goto(`${postern.url}/#/queue`)
    await page
      .getByRole('checkbox', { name: /The letter of email/ })
      .first()
      .check()
    await page.getByRole('button', { name: 'Try 1 again' }).click()
    await page.getByText('1 email in the queue again.').waitFor()
    await page.getByRole('button', { name: 'Try all again' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Try all again' }).click()
    await page.getByText('None. An email that was given up appears here').waitFor()
    await expect.poll(() => server.emails.length).toBe(3)
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('shows one stream, and makes a key of one', async () => {
    const { url, api, postern } = await startPosternHere()
    const to = 'ann@there.test'
    await api('POST', '/emails', { ...email, to, subject: 'Our news', stream: 'bulk' })
    await api('POST', '/emails', { ...email, to, subject: 'Your code' })
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/log`)
    await page.getByText('Your code').waitFor()
    await page.getByRole('combobox', { name: 'Stream' }).selectOption('bulk')
    await page.getByText('Your code').waitFor({ state: 'detached' })
    await page.getByText('Our news').waitFor()
    expect(page.url()).toContain('stream=bulk')
    await page.goto(`${url}/#/keys`)
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('news')
    await page.getByRole('combobox', { name: 'Stream' }).selectOption('bulk')
    await page.getByRole('button', { name: 'Make key' }).click()
    await expect.poll(() => postern.keys.list('*')).toMatchObject([{ stream: 'bulk' }])
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('show a sender that is held back, by which numbers, and let it go on', async () => {
    const { url, postern } = await startPosternHere()
    const { reputation, clock } = postern
    const sender = { project: 'default', domain: 'news.test' }
    await reputation.add([{ ...sender, at: clock.now(), sent: 1_000, bounced: 50 }])
    const watch = { ...sender, level: 'held', since: clock.now(), reason: '' } as const
    await reputation.watch(watch, undefined)
    const page = await open()
    const seen = watchPage(page)
    for (const view of ['', 'queue']) {
      await page.goto(`${url}/#/${view}`)
      await page.getByText('Bulk email from news.test is held back').waitFor()
      await page.getByText('5 % of 1000 bounced').waitFor()
    }
    await page.getByRole('button', { name: 'Resume bulk email from news.test' }).click()
    await page.getByText('Bulk email from news.test goes on.').waitFor()
    await page.getByText('is held back').waitFor({ state: 'detached' })
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('pause what goes to one domain and the bulk stream, say so everywhere, and resume', async () => {
    const { url, api, postern } = await startPosternHere()
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/queue`)
    await page.getByRole('button', { name: 'Pause Bulk' }).click()
    await page.getByRole('textbox', { name: 'Reason' }).fill('the wrong list')
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Bulk is paused').first().waitFor()
    const { id } = await api<{ id: string }>('POST', '/emails', {
      ...email,
      to: 'ann@there.test',
      stream: 'bulk',
    })
    await page.getByRole('row', { name: /^Bulk, captured/ }).waitFor()
    expect(await page.getByRole('button', { name: 'Pause Transactional' }).count()).toBe(0)
    await page.goto(`${url}/#/log/${id}`)
    await page.getByText(/Waits: the bulk stream is paused at .*the wrong list/).waitFor()
    await page.goto(`${url}/#/`)
    await page.getByText('the wrong list').waitFor()
    await page.getByRole('button', { name: 'Resume Bulk' }).click()
    await page.getByText('Bulk goes on.').waitFor()
    await expect.poll(async () => (await postern.captures.count('*')).total).toBe(1)
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('cancel one that is scheduled, after asking', async () => {
    const { url, api } = await startPosternHere()
    const scheduled_at = new Date(Date.now() + 3_600_000).toISOString()
    const { id } = await api<{ id: string }>('POST', '/emails', {
      ...email,
      to: 'ann@there.test',
      scheduled_at,
    })
    const page = await open()
    await page.goto(`${url}/#/log/${id}`)
    await page.getByRole('button', { name: 'Cancel email' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel email' }).click()
    await page.getByText('The email is canceled.').waitFor()
    expect(await api('GET', `/v1/emails/${id}`)).toMatchObject({ state: 'canceled' })
  })
})

const email = { from: 'app@own.test', subject: 'Hello', text: 'It works.' }

function relayTo(port: number) {
  const smtp = { host: '127.0.0.1', port, security: 'none' }
  return { POSTERN_DEFAULTS: JSON.stringify({ engine: 'smtp', smtp }) }
}

async function failed({ api }: TestPostern, to: string) {
  const { id } = await api<{ id: string }>('POST', '/emails', { ...email, to })
  await expect.poll(() => api('GET', `/v1/emails/${id}`)).toMatchObject({ state: 'failed' })
}

/** As if what failed had been given up after a day. */
async function bury({ postern }: TestPostern) {
  const { data } = await postern.emails.list({ scope: '*', limit: 10, state: 'failed' })
  for (const { id, recipients } of data) {
    expect(await postern.blobs.get(contentKey(id))).toBeDefined()
    const job = { id, capture: false, since: 0, recipients: recipients.length, lane: '' }
    await postern.queue.bury(job, 'out of time: 450 4.2.0 Try again later')
  }
}
