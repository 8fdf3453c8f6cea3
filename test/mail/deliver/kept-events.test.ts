import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { jobOf } from '../../../mail/email/job.ts'
import type { Outcome } from '../../../mail/email/outcome.ts'
import { cancel, retry } from '../../../mail/manage/manage.ts'
import type { Postern } from '../../../mail/ports/postern.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'

const caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const to = ['ann@there.test', 'bob@there.test'].map((address) => ({ address }))

let test: TestPostern
let answer: Outcome
beforeEach(async () => {
  answer = { kind: 'sent' }
  const { engine } = scriptedEngine('smtp', () => answer)
  test = await openPostern({ engines: { smtp: engine }, settings: { engine: 'smtp' } })
})
afterEach(() => test.close())

async function accepted(): Promise<string> {
  const request = emailRequest({ to, tags: [{ name: 'kind', value: 'code' }] })
  const result = await accept(test.postern, asking(request), caller)
  if (result.kind !== 'accepted') throw new Error(result.kind)
  return result.id
}

async function delivered(id: string, postern: Postern = test.postern) {
  const email = await test.postern.emails.get(id, '*')
  return deliver(postern, jobOf(email!))
}

async function told() {
  const { data } = await test.postern.events.list({ scope: '*', limit: 20 })
  return data.map(({ type, address = 'all' }) => `${type} ${address}`).sort()
}

const hook = {
  id: 'hook',
  project: 'default',
  createdAt: 0,
  revision: 1,
  url: 'https://hook.test/',
  events: ['email.sent', 'engine.blocked', 'suppression.added'],
  format: 'standard',
  status: 'enabled',
  secrets: [{ secret: 'whsec_c2VjcmV0' }],
} as const

describe('what is kept of an attempt', () => {
  it('is nothing where all is well, unless the settings ask for every event', async () => {
    await delivered(await accepted())
    expect(await told()).toEqual([])
    await test.configure({ engine: 'smtp', feedback: { events: 'all' } })
    const id = await accepted()
    await delivered(id)
    await delivered(id)
    expect(await told()).toEqual(['email.sent ann@there.test', 'email.sent bob@there.test'])
  })

  it('is what an endpoint hears of, which is told in the same write', async () => {
    const { webhooks, notices, standing, clock } = test.postern
    await webhooks.create(hook)
    await delivered(await accepted())
    const both = ['email.sent ann@there.test', 'email.sent bob@there.test']
    expect(await told()).toEqual(both)
    const of = async () => (await notices.list({ webhookId: 'hook', limit: 10 })).data
    expect((await of()).map(({ type }) => type)).toEqual(['email.sent', 'email.sent'])
    const now = clock.now()
    await standing.pause('smtp', 0, { at: now, until: now + 1, reason: '535 no' })
    const cause = { reason: 'manual', at: now, by: 'local' } as const
    await test.postern.suppressions.add({ project: 'default', address: 'x@there.test' }, cause)
    const types = (await of()).map(({ type }) => type)
    expect(types.sort()).toEqual([...hook.events, 'email.sent'].sort())
    await standing.pause('webhook hook', 0, { at: now, until: now + 1, reason: '500' })
    expect(await told()).toHaveLength(4)
  })

  it('is by recipient where one is refused, with the words of the server and the tags', async () => {
    const [ann] = to.map(({ address }) => address)
    answer = {
      kind: 'sent',
      refused: [{ address: ann!, kind: 'rejected', reason: '550 5.7.1 no' }],
    }
    const id = await accepted()
    await delivered(id)
    expect(await told()).toEqual(['email.failed ann@there.test'])
    const { data } = await test.postern.events.list({ scope: 'default', limit: 2 })
    expect(data[0]).toMatchObject({
      emailId: id,
      source: 'postern',
      text: '550 5.7.1 no',
      tags: [{ name: 'kind', value: 'code' }],
      at: test.clock.now(),
    })
  })

  it('is of the whole email where a person has to decide, and when one has', async () => {
    await test.configure({ engine: 'smtp', delivery: { onAmbiguous: 'hold' } })
    answer = { kind: 'ambiguous', reason: 'lost' }
    const id = await accepted()
    await delivered(id)
    expect(await told()).toEqual(['email.held all'])
    await test.clock.advance(1)
    await retry(test.postern, id, '*')
    await delivered(id)
    expect(await told()).toEqual(['email.held all', 'email.held all'])
    await cancel(test.postern, id, '*')
    expect(await told()).toEqual(['email.canceled all', 'email.held all', 'email.held all'])
  })

  it('is kept when the job comes again, should a crash have come before', async () => {
    answer = { kind: 'rejected', reason: '550 5.7.1 no' }
    const { emails } = test.postern
    const mortal: Postern = {
      ...test.postern,
      emails: {
        ...emails,
        async settle(id, claim, change) {
          await emails.settle(id, claim, change)
          throw new Error('died')
        },
      },
    }
    const id = await accepted()
    await expect(delivered(id, mortal)).rejects.toThrow('died')
    expect(await told()).toEqual([])
    for (const time of [1, 2]) {
      await delivered(id)
      const both = ['email.failed ann@there.test', 'email.failed bob@there.test']
      expect([time, await told()]).toEqual([time, both])
    }
  })
})
