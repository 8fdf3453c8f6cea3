import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adopt, type DirectRequest } from '../../../mail/accept/adopt.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { idOf, isId } from '../../../mail/email/id.ts'
import type { Web } from '../../../mail/ports/web.ts'
import { openPostern, scriptedEngine, type TestPostern } from '../../open-postern.ts'

const body = { from: 'ann@own.test', to: 'bob@there.test', subject: 'Hi', text: 'Hello' }

let test: TestPostern
let smtp: ReturnType<typeof scriptedEngine>

beforeEach(async () => {
  smtp = scriptedEngine('smtp', () => ({ kind: 'sent' }))
  test = await openPostern({ settings: { engine: 'smtp' }, engines: { smtp: smtp.engine } })
})

afterEach(() => test.close())

describe('an email that was put on the queue directly', () => {
  it('gets a record and becomes a job with its content, without being put again', async () => {
    const adopted = await found()
    expect(adopted).toMatchObject({
      kind: 'adopted',
      job: { id, content: { text: 'Hello' }, recipients: 1 },
    })
    expect(await test.postern.emails.get(id, '*')).toMatchObject({
      state: 'queued',
      owner: 'queue',
    })
    expect(await test.postern.queue.depth(test.clock.now(), '*')).toMatchObject({ depth: 0 })
  })

  it('is the same email when it comes again, and is sent once', async () => {
    for (const again of [false, false, true, true]) {
      const adopted = await found({ again })
      if (adopted.kind === 'adopted') await deliver(test.postern, adopted.job)
    }
    expect(smtp.parcels.map((parcel) => parcel.id)).toEqual([id])
  })

  it('belongs to the project that it names, and to none that does not exist', async () => {
    await test.configure({ engine: 'smtp', projects: { shop: {} } })
    expect(await found({ body: { ...body, project: 'none' } })).toEqual({
      kind: 'refused',
      reason: 'project: there is no project of this name (settings: projects)',
    })
    expect(await found({ body: { ...body, project: 7 } })).toMatchObject({ kind: 'refused' })
    expect(await found({ body: { ...body, project: 'shop' } })).toMatchObject({ kind: 'adopted' })
    expect(await test.postern.emails.get(id, 'shop')).toMatchObject({ project: 'shop' })
    expect(await test.postern.emails.get(id, 'default')).toBeUndefined()
  })

  it('is judged as of when it was put there, however late it comes', async () => {
    const soon = new Date(at + 60_000).toISOString()
    await test.clock.advance(3_600_000)
    const adopted = await found({ body: { ...body, scheduled_at: soon } })
    expect(adopted).toMatchObject({ kind: 'adopted', job: { id, dueAt: at + 60_000 } })
    expect(adopted).not.toHaveProperty('job.content')
    expect(await test.postern.blobs.get(`content/${id}`)).toBeDefined()
  })

  it('leaves its content to the blobs where the queue could not hold it', async () => {
    const text = 'x'.repeat(1_000)
    expect(await found({ body: { ...body, text } })).not.toHaveProperty('job.content')
    expect(await test.postern.blobs.get(`content/${id}`)).toBeDefined()
  })

  it.each([
    ['no JSON object', 'hello', 'body: the body must be a JSON object'],
    ['no recipient', { ...body, to: [] }, 'to: at least one recipient is needed'],
    ['a broken sender', { ...body, from: 'ann' }, expect.stringMatching(/^from: /) as string],
    ['two faults', { from: 'ann@own.test' }, expect.stringMatching(/^to: .+; subject: /) as string],
  ])(
    'is refused when it has %s, with a reason that quotes nothing',
    async (_what, body, reason) => {
      expect(await found({ body })).toEqual({ kind: 'refused', reason })
      expect(await test.postern.emails.get(id, '*')).toBeUndefined()
    },
  )

  it.each([
    ['adopted', { kind: 'downloaded', bytes: Buffer.alloc(2_000_000) } as const],
    ['refused', { kind: 'refused', reason: 'not there' } as const],
  ])('gives the room of fetched files back, when it is %s', async (kind, second) => {
    await test.configure({ engine: 'smtp', attachments: { fetchUrls: true } })
    const { room } = test.postern
    const web: Web = {
      ...test.postern.web,
      async download(url) {
        return url.endsWith('1') ? { kind: 'downloaded', bytes: Buffer.alloc(2_000_000) } : second
      },
    }
    const attachments = ['1', '2'].map((name) => ({ path: `https://files.test/${name}` }))
    expect(await found({ body: { ...body, attachments } }, web)).toMatchObject({ kind })
    const stay = room.enter('other', room.mostBytes)
    expect(stay).toBeDefined()
    stay?.leave()
  })

  it('waits while mail is switched off, unless it was accepted before', async () => {
    await test.configure({ engine: 'disabled' })
    expect(await found()).toEqual({ kind: 'unavailable' })
    await test.configure({ engine: 'smtp', from: { address: 'no-reply@own.test' } })
    await found()
    await test.configure({ engine: 'disabled' })
    expect(await found({ again: true })).toMatchObject({ kind: 'adopted', job: { id } })
  })
})

describe('the id of what has a name already', () => {
  it('is one of ours, the same each time, and sorts by time', () => {
    const [one, other] = [idOf('message-1', at), idOf('message-2', at)]
    expect(isId(one)).toBe(true)
    expect(one).toMatch(/^.{14}7.{4}[89ab]/)
    expect(idOf('message-1', at)).toBe(one)
    expect(other).not.toBe(one)
    expect(idOf('message-1', at + 1) > one).toBe(true)
  })
})

const at = Date.UTC(2026, 0, 1)
const id = idOf('8c5e3f0a', at)

/** On a queue that holds small contents itself, as SQS does. */
function found(change: Partial<DirectRequest> = {}, web = test.postern.web) {
  const limits = { ...test.postern.queue.limits, inlineBytes: 1_000, togetherBytes: 1_000 }
  const queue = { ...test.postern.queue, limits }
  return adopt({ ...test.postern, queue, web }, { body, id, at, again: false, ...change })
}
