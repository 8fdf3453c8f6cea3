import { expect, it } from 'vitest'
import { testDeadLetters } from '../../../conformance/dead-letters.ts'
import { onAws } from '../emulated.ts'
import { wholeAws } from '../whole.ts'

onAws('on AWS', (aws) => {
  testDeadLetters('SQS', async () => {
    const { backend, close } = await aws.virtual()
    return { queue: backend.queue, deadLetters: backend.deadLetters, close }
  })

  it('a letter that a person moves back by SQS itself is tried again, once', async () => {
    const whole = await wholeAws(await aws.virtual())
    const { place, sqs, smtp } = whole
    const id = await whole.accept()
    smtp.script = { rcpt: '450 4.2.0 later' }
    for (let hour = 0; hour < 26; hour++) {
      await whole.drain()
      await whole.pass(3_600_000)
    }
    expect(await whole.email(id)).toMatchObject({ state: 'failed' })
    expect((await whole.backend.deadLetters.list({ scope: '*', limit: 5 })).data).toMatchObject([
      { id },
    ])
    smtp.script = {}
    for (let time = 0; time < 2; time++) {
      const letters = sqs.on(place.deadLetterQueueUrl).map(({ body }) => body)
      sqs.move(place.deadLetterQueueUrl, place.queueUrl)
      await whole.drain()
      await whole.pass(1_000)
      await whole.drain()
      for (const body of letters) sqs.put(place.deadLetterQueueUrl, body)
    }
    expect(await whole.email(id)).toMatchObject({ state: 'sent' })
    expect(smtp.emails).toHaveLength(1)
    await whole.close()
  }, 60_000)

  it('a schedule that fires twice sends once', async () => {
    const whole = await wholeAws(await aws.virtual())
    await whole.accept({ scheduledAt: whole.clock.now() + 3_600_000 })
    await whole.clock.advance(3_601_000)
    whole.scheduler.fire(2)
    expect(whole.sqs.on(whole.place.queueUrl)).toHaveLength(2)
    await whole.drain()
    // The second one waits for the end of the other's lease.
    await whole.pass(80_000)
    await whole.drain()
    expect(whole.smtp.emails).toHaveLength(1)
    expect(whole.sqs.on(whole.place.queueUrl)).toEqual([])
    await whole.close()
  })
})
