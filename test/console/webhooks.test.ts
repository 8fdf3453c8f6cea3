import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { violationsOn } from './accessibility.ts'
import { describeInChromium, watchPage } from './browser.ts'
import { startPosternHere } from './postern.ts'

describeInChromium('webhooks', ({ open }) => {
  it('are added with their secret shown once, tested, looked into, told again, and removed', async () => {
    const { url, api } = await startPosternHere({ env: { POSTERN_WEBHOOKS_PRIVATE: 'on' } })
    let told = 0
    const server = createServer((request, answer) => {
      request.resume()
      answer.writeHead((told += 1) === 1 ? 410 : 200).end('<b>said</b>')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const endpoint = `http://localhost:${(server.address() as AddressInfo).port}/hook`

    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/`)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('w')
    await page.getByText('No URL is told of events').waitFor()
    await page.keyboard.press('n')
    const adding = page.getByRole('dialog', { name: 'Add a webhook' })
    await adding.getByRole('textbox', { name: 'Endpoint' }).fill('ftp://x.test')
    await adding.getByRole('button', { name: 'Add' }).click()
    await adding.getByText(/https URL is needed/).waitFor()
    await adding.getByRole('textbox', { name: 'Endpoint' }).fill(endpoint)
    await adding.getByRole('checkbox', { name: 'Engine blocked' }).check()
    expect(await violationsOn(page)).toEqual([])
    await adding.getByRole('button', { name: 'Add' }).click()
    const secret = page.getByRole('dialog', { name: 'What to verify with' })
    await secret.getByText(/^whsec_/).waitFor()
    await secret.getByRole('button', { name: 'I have it' }).click()
    await page.getByRole('heading', { name: endpoint }).waitFor()
    expect(await api('GET', '/v1/webhooks')).toMatchObject({
      data: [{ endpoint, events: ['email.delivered', 'email.bounced', 'engine.blocked'] }],
    })

    await page.getByRole('button', { name: 'Test' }).click()
    await page.getByText('it answered 410: it is gone').waitFor()
    await page.getByRole('button', { name: 'Enable' }).click()
    await page.getByRole('button', { name: 'Disable' }).waitFor()
    expect(await violationsOn(page)).toEqual([])
    await page.getByRole('link', { name: 'Delivered' }).click()
    await page.getByText('Status 410').waitFor()
    await page.getByText('<b>said</b>').first().waitFor()
    await page.getByRole('button', { name: 'Tell again' }).click()
    await page.getByText('Status 200').waitFor()
    await page.getByText('Told', { exact: true }).waitFor()
    expect(await violationsOn(page)).toEqual([])
    await page.getByRole('link', { name: 'Webhook', exact: true }).click()
    await page.getByRole('button', { name: 'Tell it again' }).click()
    const again = page.getByRole('dialog', { name: 'Tell it again' })
    await again.getByRole('combobox', { name: 'Events of' }).selectOption('The last hour')
    await again.getByRole('checkbox', { name: 'Also what it took' }).check()
    expect(await violationsOn(page)).toEqual([])
    await again.getByRole('button', { name: 'Tell it' }).click()
    await page.getByText('One event is told again.').waitFor()
    await page.getByRole('button', { name: 'Remove' }).click()
    await page
      .getByRole('dialog', { name: 'Remove this webhook?' })
      .getByRole('button', { name: 'Remove' })
      .click()
    await page.getByText('No URL is told of events').waitFor()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })
})
