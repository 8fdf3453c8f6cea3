import { describe, expect, it, onTestFinished } from 'vitest'
import { prometheus } from '../../../machine/metrics/prometheus.ts'
import { createApp } from '../../../api/app.ts'
import { acceptAll } from '../../../mail/accept/accept-batch.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { jobOf } from '../../../mail/email/job.ts'
import { emailRequest, openPostern } from '../../open-postern.ts'

const machine = async () => ({ kind: 'machine' }) as const

describe('the number of series', () => {
  it('is the same with one domain as with 10,000 domains, senders, tags, paths and methods', async () => {
    const test = await openPostern({ settings: { keepContentDays: 0 } })
    onTestFinished(() => test.close())
    const meter = prometheus('1.0.0')
    const backend = meter.backend(test.backend)
    const postern = { ...test.postern, ...backend, fleet: meter.fleet(test.postern.fleet) }
    const page = meter.page!(postern, machine)
    const app = createApp(postern, {
      access: 'open',
      hostFacts: machine,
      version: '1.0.0',
      onAnswered: meter.answered,
    })
    const series = async () => {
      await test.clock.advance(2_000)
      const text = await (await page()).text()
      return text.split('\n').filter((line) => line.startsWith('postern_'))
    }

    async function send(from: number, count: number) {
      const caller = { owner: 'local', project: 'default', scope: '*', capture: false } as const
      const requests = Array.from({ length: count }, (_, n) =>
        emailRequest({
          from: { address: `ann@sender${from + n}.test` },
          to: [{ address: `bob${from + n}@domain${from + n}.test` }],
          tags: [{ name: 'n', value: String(from + n) }],
        }),
      )
      const accepted = await acceptAll(
        postern,
        () => requests.map((request) => ({ request })),
        caller,
      )
      const ids = 'ids' in accepted ? accepted.ids : []
      expect(ids).toHaveLength(count)
      const emails = await Promise.all(ids.map((id) => postern.emails.get(id, '*')))
      await Promise.all(emails.map((email) => deliver(postern, jobOf(email!))))
      await app.request(`/nowhere/${from}`)
      await app.request(`/emails/${from}`)
      await app.request(`/v1/emails/${from}`)
    }

    await send(0, 100)
    const before = await series()
    for (let from = 100; from < 10_000; from += 100) await send(from, 100)
    const after = await series()
    expect(after.find((line) => line.startsWith('postern_settled_total{state="captured"'))).toBe(
      'postern_settled_total{state="captured",project="default"} 10000',
    )
    expect(after.map((line) => line.split(' ')[0])).toEqual(
      before.map((line) => line.split(' ')[0]),
    )
    expect(after.join()).not.toMatch(/domain\d|sender\d|bob/)
  })
})
