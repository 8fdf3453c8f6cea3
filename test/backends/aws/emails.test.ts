import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { clients } from '../../../backends/aws/clients.ts'
import { emailKey } from '../../../backends/aws/email-items.ts'
import { dynamoEmails } from '../../../backends/aws/emails.ts'
import { countInState } from '../../../backends/aws/table/state-index.ts'
import { dynamoTable } from '../../../backends/aws/table/table.ts'
import { idOf, lastIdBefore, memberId, newId } from '../../../mail/email/id.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { testEmails } from '../../conformance/emails.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { onAws } from './emulated.ts'

interface Keys {
  readonly Keys: readonly unknown[]
}

const keeps = { emailDays: async () => 30, longestEmailDays: async () => 30 }

const aroundEmails = { clock: virtualClock(), keeps, tell: async () => undefined }

onAws('on AWS', (aws) => {
  const open = async () => {
    const backend = await aws.backend(virtualClock())
    return { emails: backend.emails, close: () => backend.close() }
  }
  // Each step of the model is two calls of the emulator, some milliseconds each.
  testEmails('DynamoDB', open, { modelRuns: 30 })

  it('spreads a state over many keys of its index, and finds what stands under the one of before', async () => {
    const { tableName } = await aws.place()
    const { dynamodb, close } = clients(aws.access)
    const table = dynamoTable(dynamodb, tableName)
    const emails = dynamoEmails(table, aroundEmails)
    const batch = newId(Date.now())
    const failed = Array.from({ length: 40 }, (_, n) =>
      anEmail({ id: memberId(batch, n), state: 'failed' }),
    )
    for (const email of failed) await emails.create(email)
    const items = await table.getAll(failed.map(({ id }) => emailKey(id)))
    expect(new Set(items.map((item) => item['w'])).size).toBeGreaterThan(8)
    const before = { text: 'r = :r', values: { ':r': 1 } }
    await table.update(emailKey(failed[0]!.id), { set: { w: 'failed' } }, before)
    expect((await emails.list({ scope: '*', state: 'failed', limit: 50 })).data).toHaveLength(40)
    expect(await countInState(table, 'failed', '*')).toBe(40)
    close()
  })

  it('reads no record of before a time, however few of a state there are', async () => {
    const { backend, clock, front, close } = await aws.virtual()
    for (let n = 0; n < 30; n++)
      await backend.emails.create(anEmail({ id: idOf(`${n}`, clock.now()), state: 'captured' }))
    await clock.advance(60_000)
    const before = lastIdBefore(clock.now())
    const queued = anEmail({ id: idOf('queued', clock.now()), state: 'queued' })
    await backend.emails.create(queued)
    const readFor = async (bounds: object) => {
      front.calls.length = 0
      const { data } = await backend.emails.list({
        scope: '*',
        state: 'queued',
        limit: 20,
        ...bounds,
      })
      expect(data.map(({ id }) => id)).toEqual([queued.id])
      return front.calls
        .filter(({ operation }) => operation === 'BatchGetItem')
        .flatMap(({ input }) => Object.values(input['RequestItems'] as Record<string, Keys>))
        .reduce((sum, { Keys }) => sum + Keys.length, 0)
    }
    expect(await readFor({ after: 'f', before })).toBe(1)
    expect(await readFor({})).toBe(31)
    await close()
  })

  it('finds emails from when addresses were keyed merely in lower case', async () => {
    const { tableName } = await aws.place()
    const { dynamodb, close } = clients(aws.access)
    const table = dynamoTable(dynamodb, tableName)
    const emails = dynamoEmails(table, aroundEmails)
    const address = 'J\u030can@example.org'
    const digest = createHash('sha256').update(address.toLowerCase()).digest()
    const whole = digest.toString('base64url').slice(0, 24)

    const first = anEmail({ recipients: [{ address, state: 'queued' }] })
    await emails.create(first)
    const asBefore = {
      l: `e${(digest[31]! & 15).toString(16)}`,
      i: first.id + whole.slice(0, 6),
    }
    await table.update(
      emailKey(first.id),
      { set: asBefore },
      { text: 'r = :r', values: { ':r': 1 } },
    )
    const second = anEmail({
      recipients: [{ address: 'ann@example.org', state: 'queued' }, ...first.recipients],
    })
    await emails.create({ ...second, recipients: second.recipients.slice(0, 1) })
    const recipients = { v: JSON.stringify(second.recipients) }
    await table.update(
      emailKey(second.id),
      { set: recipients },
      { text: 'r = :r', values: { ':r': 1 } },
    )
    await table.put({ p: `r#${whole}`, s: second.id })

    const { data } = await emails.list({ scope: '*', limit: 9, q: address })
    expect(data.map(({ id }) => id)).toEqual([second.id, first.id])
    close()
  })
})
