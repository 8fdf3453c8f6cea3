import { afterEach, expect, it } from 'vitest'
import { startWorker, type LocalWorker } from '../../backends/local/worker.ts'
import { accept } from '../../mail/accept/accept.ts'
import { newId } from '../../mail/email/id.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { Stream } from '../../mail/email/stream.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../open-postern.ts'
import { anEmail } from '../conformance/email-samples.ts'

/** Bulk emails that wait: 100,000 in the long form of these tests, POSTERN_BULK=100000. */
const bulk = Number(process.env['POSTERN_BULK'] ?? 2_000)
const perSecond = 50

let test: TestPostern
let worker: LocalWorker
afterEach(async () => {
  await worker.stop()
  await test.close()
})

const content = { kind: 'structured', text: 'x', headers: {}, attachments: [] } as const

/** With so many bulk emails waiting for one domain, at fifty a second; what left, and when. */
async function behindBulk(count: number) {
  const left: { at: number; subject: string }[] = []
  const { engine } = scriptedEngine('smtp', ({ subject }: Parcel) => {
    left.push({ at: test.clock.now(), subject })
    return { kind: 'sent' }
  })
  const settings = { engine: 'smtp', delivery: { ratePerSecond: perSecond } }
  test = await openPostern({ settings, engines: { smtp: engine } })
  const { backend, clock, postern } = test
  const now = clock.now()
  const address = 'ann@there.test'
  for (let done = 0; done < count; done += 500)
    await backend.intake.put(
      Array.from({ length: Math.min(500, count - done) }, () => {
        const own = { id: newId(now), createdAt: now, dueAt: now, since: now, subject: 'bulk' }
        const recipients = [{ address, state: 'queued' as const }]
        return { email: anEmail({ ...own, stream: 'bulk', recipients }), content }
      }),
    )
  worker = startWorker({
    queue: backend.queue,
    deliver: (job, stop) => deliver(postern, job, stop),
    clock,
    onError: (error) => {
      throw error as Error
    },
  })
  return left
}

async function put(subject: string, stream: Stream = 'transactional') {
  const caller = { owner: 'local', project: 'default', scope: '*', capture: false, stream }
  const to = [{ address: 'bob@there.test' }]
  const asked = asking(emailRequest({ to, subject }))
  expect((await accept(test.postern, asked, caller)).kind).toBe('accepted')
}

it('a code to the domain that all of bulk is for leaves within two seconds', async () => {
  const left = await behindBulk(bulk)
  const waits: number[] = []
  const codes = bulk >= 100_000 ? 100 : 10
  for (let n = 0; n < codes; n++) {
    await test.clock.advance(313)
    const at = test.clock.now()
    await put(`code ${n}`)
    for (let ms = 0; ms < 2_000 && left.at(-1)?.subject !== `code ${n}`; ms += 20)
      await test.clock.advance(20)
    waits.push((left.find(({ subject }) => subject === `code ${n}`)?.at ?? Infinity) - at)
  }
  expect(Math.max(...waits)).toBeLessThan(2_000)
}, 1_200_000)

it('bulk keeps its fifth while codes flood, and has the rate when they end', async () => {
  const left = await behindBulk(Math.min(bulk, 2_000))
  for (let n = 0; n < 400; n++) await put('code')
  const from = test.clock.now()
  for (let second = 0; second < 20; second++) await test.clock.advance(1_000)
  const share = (first: number, last: number) => {
    const some = left.filter(({ at }) => at >= from + first * 1_000 && at < from + last * 1_000)
    return [some.length, some.filter(({ subject }) => subject === 'bulk').length]
  }
  const [all, ofBulk] = share(1, 7)
  expect(ofBulk! / all!).toBeGreaterThanOrEqual(0.19)
  expect(ofBulk! / all!).toBeLessThanOrEqual(0.22)
  expect(all).toBeGreaterThanOrEqual(0.95 * 6 * perSecond)
  const [last, alone] = share(15, 20)
  expect(alone).toBe(last)
  expect(last).toBeGreaterThanOrEqual(0.95 * 5 * perSecond)
}, 120_000)
