import { ListObjectsV2Command, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { inflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { awsBackend } from '../../../backends/aws/index.ts'
import type { Place } from '../../../backends/aws/env.ts'
import type { Email } from '../../../mail/email/email.ts'
import { erase } from '../../../mail/erase/erase.ts'
import { receive } from '../../../mail/report/receive.ts'
import { systemClock } from '../../../mail/clock.ts'
import { aCapture } from '../../conformance/captures.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { onAws, type EmulatedAws } from './emulated.ts'
import { posternOf } from './whole.ts'

const bob = 'bob.erase@example.com'

/** All that lies in the table and the bucket, as text. */
async function everything(aws: EmulatedAws, place: Place): Promise<string> {
  const [dynamo, s3] = [
    new DynamoDBClient(aws.access),
    new S3Client({ ...(aws.access as object), forcePathStyle: true }),
  ]
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: place.tableName }))
  const words = Items.flatMap(({ b }) => (b?.B ? [inflateRawSync(b.B).toString()] : []))
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: place.bucketName }))
  const objects = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: place.bucketName, Key }))
      return Body!.transformToString()
    }),
  )
  return [JSON.stringify(Items), ...words, ...objects].join('\n').toLowerCase()
}

onAws('erasing on AWS', (aws) => {
  const open = async () => {
    const place = await aws.place()
    const backend = awsBackend(place, { clock: systemClock, ...aws.access })
    return { place, backend, postern: posternOf(backend, systemClock) }
  }

  async function keep({ backend }: Awaited<ReturnType<typeof open>>, values: Partial<Email>) {
    const email = anEmail({
      state: 'sent',
      settledAt: Date.now(),
      createdAt: Date.now(),
      ...values,
    })
    await backend.emails.create(email)
    return email
  }

  const to = (...addresses: string[]) => ({
    to: addresses.map((address) => ({ address, name: 'Bob' })),
    recipients: addresses.map((address) => ({ address, state: 'sent' as const })),
  })

  const wish = { address: bob, scope: '*', isTrial: false, cancel: false, withSuppressions: true }

  it('takes the address out of the table and the bucket', async () => {
    const here = await open()
    const { backend, place, postern } = here
    const one = await keep(here, { ...to('carol@example.com', bob.toUpperCase()), subject: bob })
    const other = await keep(here, {
      ...to('carol@example.com'),
      tags: [{ name: 'a', value: 'b' }],
    })
    await backend.blobs.put(`content/${one.id}`, Buffer.from('Bob'))
    await backend.blobs.put(
      `content/${other.id}`,
      Buffer.from(JSON.stringify({ html: `<${bob}>` })),
    )
    await backend.captures.add(
      aCapture({ id: one.id, to: [bob], at: Date.now() }),
      Buffer.from('x'),
      bob,
    )
    await backend.captures.add(
      aCapture({ id: other.id, to: ['c@d.test'], at: Date.now() }),
      Buffer.from(`cc: ${bob}`),
      'x',
    )
    await receive(backend, {
      ...({ source: 'ses', kind: 'bounced', bounce: 'hard' } as const),
      ...{ key: 'k', at: Date.now(), emailId: one.id, address: bob, text: `no ${bob}` },
    })
    await backend.strays.keep(
      { id: one.id, at: 1, reason: 'r', from: bob, subject: 's', size: 1 },
      Buffer.from('x'),
    )
    expect(await everything(aws, place)).toContain(bob)

    const trial = await erase(postern, { ...wish, isTrial: true })
    expect(trial.found).toMatchObject({
      emails: 1,
      contents: 1,
      captures: 2,
      suppressions: 1,
      returned_mail: 1,
    })
    expect(await everything(aws, place)).toContain(bob)
    expect(await erase(postern, wish as never)).toMatchObject({
      waiting: 0,
      found: { emails: 1, events: 2 },
    })
    const left = await everything(aws, place)
    expect(left).not.toContain(bob)
    expect(left).not.toContain('bob.erase')
    expect(left).not.toContain('bob erase')

    expect(await backend.emails.get(one.id, '*')).toMatchObject({
      state: 'bounced',
      subject: '(erased)',
      recipients: [{ address: 'carol@example.com' }, { address: 'erased-1@erased.invalid' }],
    })
    expect(
      (await backend.emails.list({ scope: '*', limit: 9, q: 'carol@example.com' })).data,
    ).toHaveLength(2)
    expect((await backend.emails.list({ scope: '*', limit: 9, q: bob })).data).toHaveLength(0)
    expect(await backend.emails.get(other.id, '*')).toEqual(other)
    const again = await erase(postern, wish)
    expect(Object.values(again.found).every((n) => n === 0)).toBe(true)
    backend.close()
  })

  it('leaves what waits, and a suppression unless asked', async () => {
    const here = await open()
    const { backend, postern } = here
    const waits = await keep(here, { ...to(bob), state: 'held', settledAt: undefined })
    await backend.suppressions.add(
      { project: 'default', address: bob },
      { reason: 'manual', at: 1, by: 'x' },
    )
    const erased = await erase(postern, { ...wish, withSuppressions: false })
    expect(erased).toMatchObject({ waiting: 1, left: { emails: 1, suppressions: 1 } })
    expect(await backend.emails.get(waits.id, '*')).toEqual(waits)
    expect(await erase(postern, { ...wish, cancel: true })).toMatchObject({
      canceled: 1,
      found: { emails: 1 },
    })
    expect(await backend.emails.get(waits.id, '*')).toMatchObject({ subject: '(erased)' })
    backend.close()
  })
})
