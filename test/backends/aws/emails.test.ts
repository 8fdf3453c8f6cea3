import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { clients } from '../../../backends/aws/clients.ts'
import { emailKey } from '../../../backends/aws/email-items.ts'
import { dynamoEmails } from '../../../backends/aws/emails.ts'
import { dynamoTable } from '../../../backends/aws/table/table.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { testEmails } from '../../conformance/emails.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) => {
  const open = async () => {
    const backend = await aws.backend(virtualClock())
    return { emails: backend.emails, close: () => backend.close() }
  }
  // Each step of the model is two calls of the emulator, some milliseconds each.
  testEmails('DynamoDB', open, { modelRuns: 30 })

  it('finds emails from when addresses were keyed merely in lower case', async () => {
    const { tableName } = await aws.place()
    const { dynamodb, close } = clients(aws.access)
    const table = dynamoTable(dynamodb, tableName)
    const emails = dynamoEmails(table, { clock: virtualClock(), keepDays: 30 })
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

    const { data } = await emails.list({ limit: 9, q: address })
    expect(data.map(({ id }) => id)).toEqual([second.id, first.id])
    close()
  })
})
