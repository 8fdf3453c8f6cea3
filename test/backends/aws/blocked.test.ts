import { expect, it } from 'vitest'
import { acceptAll } from '../../../mail/accept/accept-batch.ts'
import { intakeInSteps } from '../../../mail/accept/intake.ts'
import { emailRequest } from '../../open-postern.ts'
import { temporaryBackend } from '../local/temporary.ts'
import { onAws } from './emulated.ts'
import { posternOf, smtpTo, wholeAws } from './whole.ts'

const caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const emails = 2_000
const hour = 3_600_000

onAws('on AWS', (aws) =>
  it(`${emails} emails that a blocked engine holds up all leave once it is back, and none is given up`, async () => {
    const whole = await wholeAws(await aws.virtual({ redriveAfter: 1_000 }))
    const { backend, sqs, place, smtp, clock } = whole
    // The records on one machine: an emulated table would take an hour, and this is about the queue.
    const local = temporaryBackend()
    await clock.advance(Math.max(0, local.clock.now() - clock.now()))
    const { inbox, queue, deadLetters, settings } = backend
    const { emails: records, blobs, events } = local.backend
    const intake = intakeInSteps({ blobs, emails: records, queue, events })
    const { sweepContents } = backend
    const mixed = {
      ...{ ...local.backend, intake, queue, deadLetters, settings, clock, inbox },
      sweepContents,
    }
    await whole.configure({ from: { address: 'a@own.test' }, ...smtpTo(smtp.port) })
    const postern = posternOf(mixed, clock)
    for (let first = 0; first < emails; first += 100) {
      const asked = Array.from({ length: 100 }, () => ({ request: emailRequest() }))
      await acceptAll(postern, () => asked, caller)
    }
    const send = whole.sender(mixed)
    const round = async (most: number) => {
      for (let taken = whole.take(most); taken.length > 0; taken = whole.take(most))
        await send(taken)
    }

    smtp.script = { mail: '530 5.7.0 log in first' }
    for (let waited = 0; waited < 6; waited++) {
      await round(100)
      await whole.pass(hour / 4)
    }
    expect(smtp.emails).toEqual([])
    // On a busy machine a request is tried again that had been taken: then a job is there twice.
    expect(sqs.on(place.queueUrl).length).toBeGreaterThanOrEqual(emails)
    expect(Math.max(...sqs.on(place.queueUrl).map(({ receives }) => receives))).toBeLessThan(20)

    smtp.script = {}
    for (let waited = 0; waited < 12 && sqs.on(place.queueUrl).length > 0; waited++) {
      await whole.pass(hour / 4)
      await round(100)
    }
    expect(smtp.emails).toHaveLength(emails)
    expect(sqs.on(place.queueUrl)).toEqual([])
    expect(sqs.on(place.deadLetterQueueUrl)).toEqual([])
    local.close()
    await whole.close()
  }, 600_000),
)
