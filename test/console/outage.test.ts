import { expect, it } from 'vitest'
import { startOutage } from '../end-to-end/outage-rig.ts'
import { describeInChromium } from './browser.ts'

describeInChromium('while a mail server is down', ({ open }) => {
  it('the overview says since when, how much waits and in what words, until it is back', async () => {
    const rig = await startOutage()
    const page = await open()
    /** The overview as a visitor finds it now, word by word. */
    async function overview() {
      await page.goto(rig.postern.url)
      await page.reload()
      const mailer = page.locator('.mailer')
      const figures = page.getByRole('region', { name: 'Queue' })
      const since = mailer.locator('p time')
      return {
        title: await mailer.getByRole('heading').innerText(),
        since: (await since.count()) > 0 ? await since.getAttribute('datetime') : null,
        words: await mailer.locator('.words').allInnerTexts(),
        waiting: await figures
          .getByRole('link', { name: /^Waiting/ })
          .locator('b')
          .innerText(),
        oldest: await figures
          .getByRole('link', { name: /^Oldest/ })
          .locator('b')
          .innerText(),
      }
    }
    const works = { title: 'Mail works', since: null, words: [], waiting: '0', oldest: '–' }
    await rig.shows({ valid: true })
    expect(await overview()).toEqual(works)

    await rig.second(20)
    await rig.kill()
    const sent = [await rig.send()]
    await rig.shows({ valid: false, depth: 1 })
    const refused = [expect.stringContaining('connect ECONNREFUSED') as string]
    const down = { title: 'Mail does not leave', since: rig.timeAt(20), words: refused }
    expect(await overview()).toEqual({ ...down, waiting: '1', oldest: '0 s' })
    await rig.second(7)
    await rig.shows({ depth: 1 })
    expect(await overview()).toEqual({ ...down, waiting: '1', oldest: '7 s' })

    await rig.restart()
    sent.push(await rig.send())
    await rig.shows({ valid: true, depth: 1 })
    expect(await overview()).toEqual({ ...works, waiting: '1', oldest: '7 s' })
  })
})
