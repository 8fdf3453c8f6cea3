import { expect, it } from 'vitest'
import { noticeLines, perMillion } from '../../../bench/email-cost.ts'
import { countNoticesOfTen } from './counting-notices.ts'
import { onAws } from './emulated.ts'

onAws('what a webhook costs on AWS', () => {
  it('is two write units for each event, and at most $2.75 for a million of them', async () => {
    const counts = await countNoticesOfTen()
    // Putting and settling each; and a slot of the endpoint, taken and given back for all ten.
    expect(counts).toMatchObject({ writeUnits: 22, sqsRequests: 10 })
    expect(perMillion(noticeLines(counts, 0.25))).toBeLessThanOrEqual(2.75)
  }, 60_000)
})
