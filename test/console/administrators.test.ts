import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInChromium } from './browser.ts'
import { startPosternHere } from './postern.ts'

describeInChromium('two administrators', ({ open }) => {
  it('overwrite nothing of each other, and lose nothing they typed', async () => {
    const { url, api } = await startPosternHere()
    const [ann, bob] = [await open(), await open()]
    for (const page of [ann, bob]) await page.goto(`${url}/#/settings`)
    await ann.getByRole('textbox', { name: 'Reply-To', exact: true }).fill('ann@own.test')
    await bob.getByRole('textbox', { name: 'Give up after hours', exact: true }).fill('6')
    await save(ann)
    await ann.getByText('Saved. Every part of Postern').waitFor()

    await bob.getByRole('button', { name: 'Save and activate' }).click()
    await bob.getByText('Someone else saved in the meantime').first().waitFor()
    expect(await saved()).toEqual({ replyTo: 'ann@own.test' })
    const theirs = bob.getByRole('row', { name: /Reply-To/ })
    await theirs.getByText('"ann@own.test"').waitFor()
    expect(
      await bob.getByRole('textbox', { name: 'Give up after hours', exact: true }).inputValue(),
    ).toBe('6')

    await bob.getByRole('button', { name: 'Put my changes on top' }).click()
    expect(await bob.getByRole('textbox', { name: 'Reply-To', exact: true }).inputValue()).toBe(
      'ann@own.test',
    )
    await save(bob)
    await bob.getByText('Saved. Every part of Postern').waitFor()
    expect(await saved()).toEqual({
      replyTo: 'ann@own.test',
      delivery: { giveUpAfterHours: 6 },
    })

    async function saved() {
      const answer = await api<{ saved: Record<string, unknown> }>('GET', '/v1/settings')
      const { secrets: _secrets, ...rest } = answer.saved
      return rest
    }
  })
})

async function save(page: Page) {
  await page.getByRole('button', { name: 'Save and activate' }).click()
}
