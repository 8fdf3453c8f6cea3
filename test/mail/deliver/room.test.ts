import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { jobOf, type Job } from '../../../mail/email/job.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'

const MB = 1_000_000

describe('memory for what is sent', () => {
  let test: TestPostern
  const smtp = scriptedEngine('smtp', () => ({ kind: 'sent' }))
  beforeEach(async () => {
    test = await openPostern({ engines: { smtp: smtp.engine }, settings: { engine: 'smtp' } })
  })
  afterEach(() => test.close())

  async function aJob(bytes: number): Promise<Job> {
    const { postern } = test
    const attachment = {
      filename: 'a.txt',
      contentType: 'text/plain',
      content: 'YWFh'.repeat(bytes / 4),
    }
    const request = emailRequest()
    const content = { ...request.content, attachments: [attachment] }
    const wish = asking({ ...request, content })
    const answer = await accept(postern, wish, {
      owner: 'local',
      project: 'default',
      scope: '*',
      capture: false,
    })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    return jobOf((await postern.emails.get(answer.id, '*'))!)
  }

  const fill = () => test.postern.room.enter('a caller', test.postern.room.mostBytes)!

  it('is waited for before the email is claimed, so that no death is counted', async () => {
    const job = await aJob(2 * MB)
    const stay = fill()
    const delivering = deliver(test.postern, job)
    await new Promise((resolve) => setImmediate(resolve))
    expect((await test.postern.emails.get(job.id, '*'))!.state).toBe('queued')
    stay.leave()
    expect(await delivering).toEqual({ kind: 'acknowledge' })
    expect(fill()).toBeDefined()
  })

  it('is there for small emails while large ones wait', async () => {
    const large = await aJob(2 * MB)
    const stay = fill()
    const waiting = deliver(test.postern, large)
    expect(await deliver(test.postern, await aJob(4_000))).toEqual({ kind: 'acknowledge' })
    stay.leave()
    await waiting
  })

  it('is waited for by few: the others come back, and leave their places to small emails', async () => {
    const job = await aJob(2 * MB)
    const stay = fill()
    const waiting = Array.from({ length: 5 }, () => deliver(test.postern, job))
    await new Promise((resolve) => setImmediate(resolve))
    expect(await deliver(test.postern, job)).toEqual({ kind: 'defer', seconds: 5 })
    stay.leave()
    await Promise.all(waiting)
  })

  it('is waited for no longer when the process stops', async () => {
    const job = await aJob(2 * MB)
    fill()
    const stopping = new AbortController()
    const stop = { stopping: stopping.signal, ending: new AbortController().signal }
    const delivering = deliver(test.postern, job, stop)
    stopping.abort()
    expect(await delivering).toEqual({ kind: 'defer', seconds: 0 })
  })
})
