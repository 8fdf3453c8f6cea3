import { describe, expect, it } from 'vitest'
import { simulatedSqs } from '../../../bench/simulation/simulated-sqs.ts'
import { aJob } from '../../conformance/queue.ts'
import { virtualClock } from '../../virtual-clock.ts'

describe('the simulated SQS', () => {
  it.each([
    ['waits behind a million others in a queue that is not fair', false, 1_000],
    ['passes them in a fair queue once those others are noisy', true, 100],
  ])('an email %s', async (_words, fair, place) => {
    const { sqs, clock } = open({ fair })
    sqs.fill(1_000, 'bulk', () => aJob({ lane: 'bulk' }))
    sqs.receive(100)
    await clock.advance(1)
    await sqs.queue.put([aJob({ lane: 'urgent' })])
    const rest = sqs.receive(2_000)
    expect(100 + rest.findIndex(({ job }) => job.lane === 'urgent')).toBe(place)
  })

  it('gives nothing while 120,000 are in flight, however they are hidden', async () => {
    const { sqs, clock } = open({})
    sqs.fill(130_000, 'bulk', () => aJob())
    const first = sqs.receive(200_000)
    expect(first).toHaveLength(120_000)
    sqs.hide(first[0]!, 3_600_000)
    expect(sqs.receive(10)).toEqual([])
    sqs.remove(first[1]!)
    expect(sqs.receive(10)).toHaveLength(1)
    await clock.advance(370_000)
    expect(sqs.receive(10)).toHaveLength(10)
  })

  it('shows a message again after its visibility timeout, and forgets the old receipt', async () => {
    const { sqs, clock } = open({})
    await sqs.queue.put([aJob()])
    const [first] = sqs.receive(1)
    await clock.advance(369_999)
    expect(sqs.receive(1)).toEqual([])
    await clock.advance(1)
    const [second] = sqs.receive(1)
    sqs.remove(first!)
    expect(sqs.isEmpty).toBe(false)
    sqs.remove(second!)
    expect(sqs.isEmpty).toBe(true)
  })

  it('gives the share of messages twice that it is told to', () => {
    const { sqs } = open({ doubled: 1 })
    sqs.fill(5, 'bulk', () => aJob())
    for (const message of sqs.receive(5)) sqs.remove(message)
    expect(sqs.isEmpty).toBe(false)
  })
})

function open({ fair = false, doubled = 0 }) {
  const clock = virtualClock()
  const random = () => 0.5
  return { clock, sqs: simulatedSqs({ clock, visibilitySeconds: 370, fair, doubled, random }) }
}
