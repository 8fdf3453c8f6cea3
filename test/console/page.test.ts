import { expect, it } from 'vitest'
import { describeInChromium, watchPage } from './browser.ts'
import { startPosternHere } from './postern.ts'

describeInChromium('the page', ({ open }) => {
  it('shows the overview of a fresh Postern', async () => {
    const { url } = await startPosternHere()
    const page = await open()
    const seen = watchPage(page)
    await page.goto(url)
    await page.getByRole('heading', { name: 'Mail is captured, not sent' }).waitFor()
    expect(seen).toEqual({ errors: [], foreign: [] })
  })
})
