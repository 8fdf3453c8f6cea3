import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { retry } from '../../../mail/manage/manage.ts'
import { onAws } from './emulated.ts'
import { wholeAws } from './whole.ts'

/**
 * What the drivers and the send function of an earlier version had written, against the emulator:
 * the items of the table, the messages on the queue, the objects of the bucket.
 */
interface Earlier {
  readonly at: number
  readonly emails: readonly { readonly role: string; readonly id: string; readonly state: string }[]
  readonly items: readonly Record<string, AttributeValue>[]
  readonly messages: readonly string[]
  readonly objects: Readonly<Record<string, string>>
}

const folder = join(import.meta.dirname, '../../data/earlier')
const names = readdirSync(folder).filter((name) => name.endsWith('.table.json'))
const day = 86_400_000

/** Binary values are written as base64. */
function withBytes(_key: string, value: unknown): unknown {
  const isBytes = typeof value === 'object' && value !== null && 'base64' in value
  return isBytes ? Buffer.from(String(value.base64), 'base64') : value
}

onAws('on AWS', (aws) => {
  describe.each(names)('what is kept as %s', (name) => {
    const earlier = JSON.parse(readFileSync(join(folder, name), 'utf8'), withBytes) as Earlier

    async function opened() {
      const whole = await wholeAws(await aws.virtual())
      onTestFinished(() => whole.close())
      const { place, sqs } = whole
      const [table, bucket] = [
        new DynamoDBClient(aws.access),
        new S3Client({ ...aws.access, forcePathStyle: true }),
      ]
      for (const Item of earlier.items)
        await table.send(new PutItemCommand({ TableName: place.tableName, Item }))
      for (const [Key, bytes] of Object.entries(earlier.objects)) {
        const Body = Buffer.from(bytes, 'base64')
        await bucket.send(new PutObjectCommand({ Bucket: place.bucketName, Key, Body }))
      }
      for (const body of earlier.messages) sqs.put(place.queueUrl, body)
      const idOf = (role: string) => earlier.emails.find((email) => email.role === role)!.id
      const stateOf = async (role: string) => (await whole.email(idOf(role)))?.state
      return { ...whole, idOf, stateOf }
    }

    it('is all there: emails, keys, captures, a paused batch, an idempotency key', async () => {
      const { backend, idOf, ...whole } = await opened()
      for (const { id, role, state } of earlier.emails)
        expect(await whole.email(id)).toMatchObject({ state, subject: `The ${role} one` })
      const { data } = await backend.emails.list({ scope: '*', limit: 9, q: 'failed@there.test' })
      expect(data.map(({ id }) => id)).toEqual([idOf('failed')])
      const hash = createHash('sha256').update('re_the-key').digest('hex')
      expect(await backend.keys.findByHash(hash)).toMatchObject({ name: 'app', capture: true })
      const captures = await backend.captures.list({
        scope: '*',
        limit: 9,
        to: 'captured@there.test',
      })
      expect(captures.data).toMatchObject([{ id: idOf('captured'), subject: 'The captured one' }])
      const { eml } = (await backend.captures.get(idOf('captured'), '*'))!
      expect(Buffer.from(eml).toString()).toContain('hello')
      expect(await backend.groups.get('group-1', '*', earlier.at)).toMatchObject({
        stop: expect.stringMatching(/^pause/) as string,
      })
      const again = { owner: 'local', key: 'once', id: 'other', bodyHash: 'h'.repeat(43) }
      const times = { startedAt: earlier.at, expiresAt: earlier.at + day, finished: false }
      expect(await backend.idempotency.begin({ ...again, ...times }, earlier.at)).toMatchObject({
        id: idOf('sent'),
      })
    })

    it('goes on: what it had scheduled leaves when its schedule fires, days later', async () => {
      const { clock, place, sqs, idOf, stateOf, ...whole } = await opened()
      await whole.accept({ subject: 'the first with a proof' })
      await clock.advance(Math.max(0, earlier.at + 10 * day - clock.now()))
      sqs.put(place.queueUrl, `{"postern":1,"id":"${idOf('scheduled')}"}`)
      await whole.drain()
      expect(await stateOf('scheduled')).toBe('sent')
    })

    it('goes on: what waits leaves, what is held leaves when a person says so', async () => {
      const { clock, smtp, postern, idOf, stateOf, ...whole } = await opened()
      await clock.advance(Math.max(0, earlier.at + 60_000 - clock.now()))
      await whole.drain()
      expect([await stateOf('queued'), await stateOf('deferred')]).toEqual(['sent', 'sent'])
      expect((await retry(postern, idOf('held'), '*')).kind).toBe('done')
      await whole.pass(0)
      await whole.drain()
      expect(await stateOf('held')).toBe('sent')
      expect(smtp.emails.map(({ to }) => to.join()).toSorted()).toEqual([
        ...['deferred@there.test', 'held@there.test', 'queued@there.test'],
      ])
    })
  })
})
