import { expect, it } from 'vitest'
import { violationsOn } from './accessibility.ts'
import { describeInChromium, desktop, phone, watchPage } from './browser.ts'
import { letter } from './letters.ts'
import { startPosternHere } from './postern.ts'

const html = [
  '<p>Hello</p>',
  '<img src="cid:logo"><a href="/here">Here</a>',
  '<table style="display: grid"><tr><td>x</td></tr></table>',
  '<script>document.title = "taken over"</script><b onclick="x">&lt;b&gt;</b>',
].join('\n')

describeInChromium('the checks of a captured email', ({ open }) => {
  async function openChecks(options: Parameters<typeof open>[0] = {}, given = html) {
    const postern = await startPosternHere()
    const { id } = await postern.api<{ id: string }>('POST', '/emails', {
      ...letter(1),
      text: 'Go',
      html: given,
    })
    const page = await open(options)
    const seen = watchPage(page)
    await page.goto(`${postern.url}/#/inbox/${id}/checks`)
    await page.getByRole('region', { name: 'The html, with what was found' }).waitFor()
    return { page, seen, id, postern }
  }

  it('lead to the line that a finding speaks of, which is marked and says what it is', async () => {
    const { page, seen } = await openChecks()
    const finding = page.getByRole('listitem').filter({ hasText: 'html.alt' })
    expect(await finding.textContent()).toContain('Error')
    await finding.getByRole('button', { name: 'Line 2' }).click()
    const mark = page.locator('#html-2-1')
    expect(await mark.evaluate((one) => one === document.activeElement)).toBe(true)
    expect(await mark.textContent()).toContain('<img src="cid:logo">')
    expect(await mark.getAttribute('class')).toBe('error')
    expect(await page.locator('.marked li').count()).toBe(4)
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('show hostile html as text', async () => {
    const { page, seen } = await openChecks()
    const shown = page.getByRole('region', { name: 'The html, with what was found' })
    expect(await shown.textContent()).toContain('<b onclick="x">&lt;b&gt;</b>')
    expect(await page.title()).not.toContain('taken over')
    expect(seen).toEqual({ errors: [], foreign: [] })
  })

  it('say the same as the API, the worst first', async () => {
    const { page, id, postern } = await openChecks()
    const { findings } = await postern.api<{ findings: { text: string }[] }>(
      'GET',
      `/v1/captures/${id}/checks`,
    )
    const told = await page.locator('.findings > li p:first-child').allTextContents()
    expect(findings.length).toBeGreaterThan(3)
    expect(told).toEqual(findings.map(({ text }) => text))
  })

  it('ask links only when told to, once, and mark those that lead nowhere', async () => {
    const { page } = await openChecks({}, '<p>Hello</p>\n<a href="https://127.0.0.1:1/x">Go on</a>')
    const asked: string[] = []
    page.on('request', (one) => void (one.url().includes('links=1') && asked.push(one.url())))
    expect(await page.getByText('1 link asked').count()).toBe(0)
    await page.getByRole('button', { name: 'Ask every link' }).click()
    await page.getByText('1 link asked').waitFor()
    await page.getByText('No answer').waitFor()
    const broken = page.getByRole('listitem').filter({ hasText: 'link.broken' })
    await broken.getByRole('button', { name: 'Line 2' }).click()
    expect(await page.locator('mark:focus').textContent()).toContain('https://127.0.0.1:1/x')

    await page.getByRole('link', { name: 'Source', exact: true }).click()
    await page.getByRole('link', { name: 'Checks', exact: true }).click()
    await page.getByRole('button', { name: 'Ask every link' }).waitFor()
    expect(asked).toHaveLength(1)
  })

  it('can be used by the keyboard, with any colours, on a phone', async () => {
    for (const options of [
      { theme: 'light', size: desktop },
      { theme: 'dark', size: phone },
    ] as const) {
      const { page } = await openChecks(options)
      await page.getByText('that some mail clients lack').click()
      expect(await violationsOn(page)).toEqual([])
      const width = await page.evaluate('document.documentElement.scrollWidth')
      expect(width).toBeLessThanOrEqual(options.size.width)
    }
  })
})
