import { readFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import type { Signal } from '../../mail/email/signal.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'
import { describeInChromium, watchPage } from './browser.ts'
import { startPosternHere, type TestPostern } from './postern.ts'

const withProjects = { POSTERN_DEFAULTS: JSON.stringify({ projects: { shop: {}, blog: {} } }) }

describeInChromium('the suppressed addresses', ({ open }) => {
  it('are searched, explained with their email and the words of its server, and removed', async () => {
    const { url, api, postern } = await startPosternHere()
    const { id } = await api<{ id: string }>('POST', '/emails', {
      from: 'a@own.test',
      to: 'gone@there.test',
      subject: 'An order',
      text: 'Hello',
    })
    const place = { project: 'default', address: 'Gone@there.test' }
    const words = '550 5.1.1 <gone@there.test>: no such user <b>here</b>'
    const cause = { reason: 'bounce', at: 1_790_000_000_000, by: 'engine', emailId: id } as const
    await postern.suppressions.add(place, { ...cause, status: '5.1.1', text: words })
    await postern.suppressions.add(
      { project: 'default', address: 'ann@there.test', list: 'news' },
      { reason: 'unsubscribe', at: 1_790_000_000_000, by: 'recipient' },
    )
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/`)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('u')
    await page.getByRole('heading', { name: 'Suppressions', level: 1 }).waitFor()
    await page.getByRole('row', { name: /ann@there.test list news Unsubscribed/ }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('gone@')
    await page.getByText('ann@there.test').waitFor({ state: 'detached' })
    await expect.poll(() => page.url()).toContain('q=gone%40')
    await page.keyboard.press('Escape')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Gone@there.test' }).waitFor()
    await page.getByText(words).waitFor()
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Added' })
      .getByText('Bounced, by the server that refused it')
      .waitFor()
    expect(
      await page.getByRole('link', { name: 'The email it is about' }).getAttribute('href'),
    ).toBe(`#/log/${id}`)
    await page.getByRole('button', { name: 'Remove from the list' }).click()
    const dialog = page.getByRole('dialog', { name: 'Send to Gone@there.test again?' })
    await dialog.getByText('If it bounces once more, it is suppressed again.').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect((await api<{ data: unknown[] }>('GET', '/v1/suppressions')).data).toHaveLength(2)
    await page.getByRole('button', { name: 'Remove from the list' }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('Gone@there.test may get email again.').waitFor()
    expect(await api('GET', '/v1/suppressions')).toMatchObject({
      data: [{ address: 'ann@there.test' }],
    })
    await page.goto(`${url}/#/suppressions?reason=unsubscribe&list=news`)
    await page.getByRole('link', { name: /Only of the list news/ }).click()
    await expect.poll(() => page.url()).not.toContain('list=')
    await page.goto(`${url}/#/suppressions/0`)
    await page.getByText('It is not suppressed').waitFor()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('are added by hand, brought along as a file and taken away as one', async () => {
    const { url, api } = await startPosternHere({ env: withProjects })
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/suppressions?project=shop`)
    await page.getByText('No address is suppressed').waitFor()
    await page.keyboard.press('n')
    const adding = page.getByRole('dialog', { name: 'Suppress an address' })
    await adding.getByRole('textbox', { name: 'Address' }).fill('not an address')
    await adding.getByRole('button', { name: 'Suppress' }).click()
    await adding.locator('.faulty').waitFor()
    await adding.getByRole('textbox', { name: 'Address' }).fill('ann@there.test')
    await adding.getByRole('textbox', { name: 'Note' }).fill('asked on the phone')
    await adding.getByRole('button', { name: 'Suppress' }).click()
    await page.getByText('ann@there.test gets nothing from now on.').waitFor()
    await page.getByRole('row', { name: /ann@there.test Added by a person/ }).waitFor()

    await page.getByRole('button', { name: 'Add an address' }).click()
    await adding.getByRole('textbox', { name: 'Address' }).fill('all@there.test')
    await adding.getByRole('checkbox', { name: 'In every project' }).check()
    await adding.getByRole('button', { name: 'Suppress' }).click()
    await page.getByText('all@there.test gets nothing').waitFor()

    await page.getByRole('button', { name: 'Import' }).click()
    const importing = page.getByRole('dialog', { name: 'Import a CSV file' })
    await importing.getByRole('button', { name: 'Import' }).click()
    await importing.getByText('Choose a file.').waitFor()
    await importing.getByLabel('File').setInputFiles({
      name: 'old.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('email,reason\nold@there.test,\nann@there.test,manual\nno address,\n'),
    })
    await importing.getByLabel('Reason').selectOption('bounce')
    await importing.getByRole('button', { name: 'Import' }).click()
    const imported = page.getByRole('dialog', { name: 'Imported' })
    await imported.getByText('1 address added, 1 known already.').waitFor()
    await imported.getByText('1 row refused').waitFor()
    await imported.getByText(/^line 4:/).waitFor()
    await imported.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('row', { name: /old@there.test Bounced/ }).waitFor()

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export' }).click(),
    ])
    const file = await readFile(await download.path(), 'utf8')
    expect(file.split('\r\n').map((line) => line.split(',')[0])).toEqual([
      ...['address', 'old@there.test', 'ann@there.test', ''],
    ])
    expect(await inAll(api)).toEqual([
      ['all@there.test', '*'],
      ['ann@there.test', 'shop'],
      ['old@there.test', 'shop'],
    ])
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('of another project are not there for a key of one, nor is returned email', async () => {
    const { url, postern, makeKey } = await startPosternHere({ env: withProjects })
    await makeKey('mine')
    const { token } = await makeKey('of the shop', { project: 'shop' })
    for (const [project, address] of [
      ['shop', 'mine@there.test'],
      ['blog', 'theirs@there.test'],
      ['*', 'all@there.test'],
    ] as const)
      await postern.suppressions.add({ project, address }, { reason: 'manual', at: 1, by: 'x' })
    const page = await open()
    await page.goto(`${url}/#/suppressions`)
    await page.getByRole('textbox', { name: 'API key' }).fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('mine@there.test').waitFor()
    expect(await page.getByRole('row').count()).toBe(2)
    expect(await page.getByRole('link', { name: 'Returned email' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Add an address' }).click()
    await page.getByRole('textbox', { name: 'Note' }).waitFor()
    expect(await page.getByRole('checkbox').count()).toBe(0)
  })
})

describeInChromium('the page of an email', ({ open }) => {
  it('shows of each recipient what became of it, in the words of its server', async () => {
    const server = await startSmtpServer({})
    onTestFinished(() => server.close())
    const smtp = { host: '127.0.0.1', port: server.port, security: 'none' }
    const { url, api, postern } = await startPosternHere({
      env: { POSTERN_DEFAULTS: JSON.stringify({ engine: 'smtp', smtp }) },
    })
    const manual = { reason: 'manual', at: 1, by: 'local' } as const
    await postern.suppressions.add({ project: 'default', address: 'never@there.test' }, manual)
    const to = [...outcomes.map(([name]) => name), 'never'].map((name) => `${name}@there.test`)
    const { id: emailId } = await api<{ id: string }>('POST', '/emails', {
      from: 'a@own.test',
      to,
      subject: 'Hello',
      text: 'Hello',
    })
    await expect.poll(() => api('GET', `/v1/emails/${emailId}`)).toMatchObject({ state: 'sent' })
    await postern.signals.put(
      outcomes.map(([key, , signal]) => ({
        ...{ source: 'ses', key, emailId, address: `${key}@there.test`, at: Date.now() },
        ...signal,
      })),
    )
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/log/${emailId}`)
    for (const [name, state, { text }] of outcomes)
      await page
        .getByRole('listitem')
        .filter({ hasText: `${name}@there.test${state}` })
        .getByText(text ?? name)
        .waitFor()
    const never = page.getByRole('listitem').filter({ hasText: 'never@there.testSuppressed' })
    await never.getByText('suppressed: manual').waitFor()
    await never.getByRole('link', { name: 'Is it suppressed?' }).click()
    await page.getByRole('row', { name: /never@there.test Added by a person/ }).waitFor()
    for (const [state, count] of [
      ['complained', 1],
      ['delivered', 0],
    ] as const) {
      await page.goto(`${url}/#/log?status=${state}`)
      await expect.poll(() => page.getByRole('row').count()).toBe(count + Math.min(count, 1))
    }
    expect(seen).toEqual({ errors: [], foreign: [] })
  })
})

const outcomes: readonly (readonly [string, string, Pick<Signal, 'kind'> & Partial<Signal>])[] = [
  ['there', 'Delivered', { kind: 'delivered', text: '250 2.0.0 taken as 4711' }],
  ['slow', 'Delayed', { kind: 'delayed', text: '450 4.2.0 try again later' }],
  [
    'gone',
    'Bounced',
    { kind: 'bounced', bounce: 'hard', reported: true, text: '550 5.1.1 <gone>' },
  ],
  ['cross', 'Complained', { kind: 'complained', text: 'abuse' }],
]

describeInChromium('returned email', ({ open }) => {
  it('is listed with why nothing came of it, shown as its bytes alone, and deleted by hand', async () => {
    const { url, api } = await startPosternHere()
    const html = '<script>document.title = "run"</script><img src="http://192.0.2.1/seen.png">'
    const mail = `From: Postmaster <pm@mx.test>\r\nSubject: Sorry <b>\r\nContent-Type: text/html\r\n\r\n${html}\r\n`
    await fetch(`${url}/v1/feedback/mail`, { method: 'POST', body: mail })
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/suppressions`)
    await page.getByRole('link', { name: 'Returned email' }).click()
    await page.getByRole('row', { name: /Sorry <b>.*pm@mx.test/ }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Sorry <b>' }).waitFor()
    await page.getByText('Kept because').waitFor()
    await expect.poll(() => page.locator('pre').textContent()).toBe(mail)
    expect(await page.locator('iframe, main img, main script').count()).toBe(0)
    expect(await page.title()).toBe('Suppressions · Postern')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ])
    expect(await readFile(await download.path(), 'utf8')).toBe(mail)
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Nothing is left to read').waitFor()
    expect(await api('GET', '/v1/feedback/mail')).toEqual({ data: [], has_more: false })
    expect(seen).toEqual({ errors: [], foreign: [] })
  })
})

async function inAll(api: TestPostern['api']): Promise<string[][]> {
  const { data } = await api<{ data: { address: string; project: string }[] }>(
    'GET',
    '/v1/suppressions?project=*',
  )
  return data.map(({ address, project }) => [address, project]).sort()
}
