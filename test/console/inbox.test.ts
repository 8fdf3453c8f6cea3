import { Resend } from 'resend'
import { expect, it } from 'vitest'
import { describeInChromium, watchPage } from './browser.ts'
import { letter } from './letters.ts'
import { startPosternHere, type TestPostern } from './postern.ts'

describeInChromium('the inbox', ({ open }) => {
  it('shows an email that an SDK sends, without being reloaded', async () => {
    const { url } = await startPosternHere()
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/inbox`)
    await page.getByText('Nothing captured yet').waitFor()
    const resend = new Resend('re_any', { baseUrl: url })
    for (const subject of ['First', 'Second']) {
      const sent = await resend.emails.send({
        from: 'Shop <shop@own.test>',
        to: 'ann@there.test',
        subject,
        html: '<p>Your code is <b>482910</b>. <a href="https://own.test/go">Go on</a></p>',
      })
      expect(sent.error).toBeNull()
      await page.getByRole('link', { name: new RegExp(`ann@there.test.*${subject}`) }).waitFor()
    }
    await page.getByText('2 unread of 2').waitFor()

    await page.getByRole('link', { name: /Second/ }).click()
    await page.getByText('1 unread of 2').waitFor()
    await page.getByRole('heading', { name: 'Second' }).waitFor()
    await page.getByText('482910', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'https://own.test/go' }).waitFor()
    await page.frameLocator('iframe').getByText('Your code is').waitFor()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('opens an email that is attached, with its own code', async () => {
    const { url } = await startPosternHere()
    const inner =
      'From: Bob <bob@there.test>\r\nSubject: The original\r\n\r\nYour code is 481516\r\n'
    const resend = new Resend('re_any', { baseUrl: url })
    const sent = await resend.emails.send({
      from: 'Shop <shop@own.test>',
      to: 'ann@there.test',
      subject: 'Forwarded',
      text: 'See the original.',
      attachments: [{ filename: 'original.eml', content: inner, contentType: 'message/rfc822' }],
    })
    expect(sent.error).toBeNull()
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/inbox/${sent.data!.id}`)
    await page.getByRole('link', { name: 'Open original.eml' }).click()
    await page.getByRole('heading', { name: 'The original' }).waitFor()
    await page.getByText('481516', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Headers' }).click()
    await page.getByText('Bob <bob@there.test>').first().waitFor()
    await page.getByRole('link', { name: 'The email around it' }).click()
    await page.getByRole('heading', { name: 'Forwarded' }).waitFor()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('finds, marks, downloads, deletes and empties', async () => {
    const postern = await startPosternHere()
    await sendAll(postern, 12)
    const page = await open()
    await page.goto(`${postern.url}/#/inbox`)
    const items = page.getByRole('region', { name: 'Captured emails' }).getByRole('listitem')
    await expect.poll(() => items.count()).toBe(12)

    await page.getByRole('searchbox').fill('invited')
    await expect.poll(() => items.count()).toBeLessThan(12)
    for (const item of await items.all()) expect(await item.textContent()).toContain('invited')
    await page.getByRole('searchbox').fill('nothing-like-that')
    await page.getByText('Nothing found').waitFor()
    await page.getByRole('link', { name: 'Show all' }).click()
    await expect.poll(() => items.count()).toBe(12)

    await page
      .getByRole('link', { name: /Receipt/ })
      .first()
      .click()
    await page.getByRole('link', { name: 'Source' }).click()
    await page.getByText('Content-Type: multipart/mixed').waitFor()
    const [eml] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download .eml' }).click(),
    ])
    expect(eml.suggestedFilename()).toMatch(/\.eml$/)
    const [pdf] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /receipt-\d+\.pdf/ }).click(),
    ])
    expect(pdf.suggestedFilename()).toMatch(/^receipt-\d+\.pdf$/)

    await page.getByRole('button', { name: 'Mark as unread' }).click()
    await page.getByText('12 unread of 12').waitFor()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await expect.poll(() => items.count()).toBe(11)

    await page.getByRole('button', { name: 'Delete all' }).click()
    await page.getByText('All 11 captured emails will be deleted').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete all' }).click()
    await page.getByText('Nothing captured yet').waitFor()
    expect(await postern.api('GET', '/v1/captures?count=1')).toMatchObject({ total: 0 })
  })

  it('shows an email as wide as asked, and images from elsewhere only when asked', async () => {
    const { url, api } = await startPosternHere()
    const html = '<p>Hello</p><img src="https://images.test/open.gif" width="10" height="10">'
    const { id } = await api<{ id: string }>('POST', '/emails', { ...letter(1), html })
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${url}/#/inbox/${id}`)
    const frame = page.locator('iframe')
    await page.frameLocator('iframe').getByText('Hello').waitFor()
    for (const [name, width] of [
      ['Phone', '375px'],
      ['Tablet', '768px'],
      ['Desktop', '1200px'],
    ] as const) {
      await page.getByRole('button', { name, exact: true }).click()
      await expect.poll(() => frame.getAttribute('style')).toContain(`width: ${width}`)
      const [box, room] = [await frame.boundingBox(), await frame.locator('..').boundingBox()]
      expect(box!.width).toBeLessThanOrEqual(room!.width)
    }
    expect(seen.foreign).toEqual([])
    await page.getByRole('button', { name: 'Load remote images' }).click()
    await expect.poll(() => seen.foreign).toEqual(['https://images.test/open.gif'])
  })

  it('works with 10,000 captures', async () => {
    const postern = await startPosternHere()
    await capture(postern, 10_000)
    const page = await open()
    const seen = watchPage(page)
    await page.goto(`${postern.url}/#/inbox`)
    await page.getByText('10,000 unread of 10,000').waitFor()
    const items = page.getByRole('region', { name: 'Captured emails' }).getByRole('listitem')
    const shown = await items.count()
    expect(shown).toBeLessThanOrEqual(100)
    await items.last().scrollIntoViewIfNeeded()
    await expect.poll(() => items.count()).toBeGreaterThan(shown)
    await page.getByRole('searchbox').fill('Number 17')
    await expect.poll(() => items.first().textContent()).toContain('Number 17')
    expect(seen).toEqual({ errors: [], foreign: [] })
  })
})

async function sendAll({ api, postern }: TestPostern, n: number) {
  for (let i = 0; i < n; i += 1) await api('POST', '/emails', letter(i))
  await expect
    .poll(async () => (await postern.captures.list({ scope: '*', limit: 100 })).data.length)
    .toBe(n)
}

/** Straight into the store: sending so many is not what this is about. */
async function capture({ postern }: TestPostern, n: number) {
  const eml = Buffer.from('Subject: x\r\n\r\nhello\r\n')
  const at = postern.clock.now()
  await Promise.all(
    Array.from({ length: n }, (_, i) => {
      const hex = i.toString(16).padStart(12, '0')
      const id = `01900000-0000-7000-8000-${hex}`
      const subject = `Number ${i}`
      const to = [`person-${i}@there.test`]
      const summary = {
        id,
        emailId: id,
        project: 'default',
        at,
        from: 'a@own.test',
        to,
        subject,
        size: 22,
        seen: false,
        tags: [],
      }
      return postern.captures.add(summary, eml, 'hello')
    }),
  )
}
