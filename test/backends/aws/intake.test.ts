import { expect, it, vi } from 'vitest'
import { contentKey } from '../../../mail/content.ts'
import { anEmail, noon } from '../../conformance/email-samples.ts'
import { testIntake } from '../../conformance/intake.ts'
import { onAws } from './emulated.ts'
import { takeAll } from './taken.ts'

onAws('on AWS', (aws) => {
  testIntake('AWS', async () => {
    const virtual = await aws.virtual()
    const { backend, clock, pass, close } = virtual
    const { intake, emails, blobs } = backend
    return {
      intake,
      emails,
      blobs,
      async receive() {
        await pass(noon + 7 * 86_400_000 - clock.now())
        return (await takeAll(virtual)).map(({ job }) => job)
      },
      close,
    }
  })

  it('puts no request that is larger than the send function may read, and loses no content', async () => {
    const virtual = await aws.virtual()
    const { backend, close } = virtual
    const put = vi.spyOn(backend.blobs, 'put')
    const html = 'x'.repeat(250_000)
    const arrivals = Array.from({ length: 40 }, (_, n) => ({
      email: anEmail({ subject: `number ${n}`, size: html.length }),
      content: { kind: 'structured', html, headers: {}, attachments: [] } as const,
    }))
    await backend.intake.put(arrivals)
    const requests = put.mock.calls.filter(([key]) => key.startsWith('requests/'))
    expect(requests).toHaveLength(1)
    expect(requests[0]![1].byteLength).toBeLessThan(5_000_000)
    const jobs = (await takeAll(virtual)).map(({ job }) => job)
    expect(jobs).toHaveLength(arrivals.length)
    for (const { id, content } of jobs)
      expect(content ?? (await backend.blobs.get(contentKey(id)))).toBeDefined()
    await close()
  })
})
