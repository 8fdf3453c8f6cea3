import { expect, it } from 'vitest'
import { feedbackLines, perMillion } from '../../../bench/email-cost.ts'
import { countFeedbackOfTen } from './counting-feedback.ts'
import { onAws } from './emulated.ts'

const gigabytes = 0.5

onAws('what feedback costs on AWS', () => {
  it('is at most $2.50 for a million emails that are all delivered', async () => {
    const counts = await countFeedbackOfTen('Delivery')
    expect(counts).toMatchObject({ writeUnits: 21, readUnits: 10 })
    expect(perMillion(feedbackLines(counts, gigabytes))).toBeLessThanOrEqual(2.5)
  }, 60_000)

  it('is at most ten cents without deliveries, where one email in a hundred bounces', async () => {
    const counts = await countFeedbackOfTen('Bounce')
    expect(perMillion(feedbackLines(counts, gigabytes)) / 100).toBeLessThanOrEqual(0.1)
  }, 60_000)
})
