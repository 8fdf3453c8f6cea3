import { expect, it } from 'vitest'
import { memoryEmails } from '../../../../bench/simulation/memory-emails.ts'
import { laneSample } from '../../../../backends/aws/queue/lane-sample.ts'
import type { Email } from '../../../../mail/email/email.ts'
import type { EmailQuery } from '../../../../mail/ports/emails.ts'
import { anEmail } from '../../../conformance/email-samples.ts'
import { onAws } from '../emulated.ts'

const to = (address: string, change: Partial<Email> = {}) =>
  anEmail({ recipients: [{ address, state: 'queued' }], ...change })

onAws('on AWS', (aws) => {
  it('the queue view tells what waits by stream and domain, among the newest emails', async () => {
    const { backend, clock, close } = await aws.virtual()
    const since = clock.now()
    for (const email of [
      to('a@there.test', { since, stream: 'bulk' }),
      to('b@there.test', { since, stream: 'bulk' }),
      to('c@there.test', { since: since + 5_000 }),
      to('d@there.test', { since, state: 'held' }),
    ])
      await backend.emails.create(email)
    const sent = to('e@there.test', { since, dueAt: since })
    await backend.emails.create(sent)
    await backend.emails.claim(sent.id, since, 75)
    const lanes = await backend.queue.lanes(since + 9_000, '*')
    await close()
    expect(lanes).toEqual({
      lanes: [
        { lane: 'bulk:there.test', waiting: 2, sending: 0, oldestAgeSeconds: 9 },
        { lane: 'there.test', waiting: 1, sending: 1, oldestAgeSeconds: 4 },
      ],
      isWhole: true,
      newest: 5,
    })
  })
})

it('reads at most three pages, and says of how many emails the view is', async () => {
  const emails = memoryEmails()
  for (let n = 0; n < 301; n++) await emails.create(to(`${n}@there.test`))
  const asked: EmailQuery[] = []
  const list = async (query: EmailQuery) => {
    asked.push(query)
    return emails.list(query)
  }
  const sample = await laneSample(list, Date.now(), '*')
  expect(sample).toMatchObject({ lanes: [{ waiting: 300 }], isWhole: false, newest: 300 })
  expect(asked).toHaveLength(3)
})
