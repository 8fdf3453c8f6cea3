import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { S3Client, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { awsBackend } from '../../../backends/aws/index.ts'
import { emailKey } from '../../../backends/aws/email-items.ts'
import { dayMs } from '../../../mail/email/time.ts'
import { newId } from '../../../mail/email/id.ts'
import type { EmailState } from '../../../mail/email/states.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { aCapture } from '../../conformance/captures.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { keeping } from '../local/temporary.ts'
import { onAws } from './emulated.ts'

const saved = {
  retention: {
    emailDays: 10,
    states: { bounced: 90 },
    captureDays: 5,
    eventDays: 7,
    auditDays: 40,
  },
  projects: { shop: { retention: { emailDays: 4, captureDays: 2, contentDays: 1 } } },
}

onAws('retention on AWS', (aws) => {
  async function open() {
    const place = await aws.place()
    const clock = virtualClock()
    const backend = awsBackend(place, { clock, ...aws.access })
    const dynamo = new DynamoDBClient(aws.access)
    /** In how many days an item ends. */
    const endOf = async ({ p, s }: { p: string; s: string }) => {
      const Key = { p: { S: p }, s: { S: s } }
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: place.tableName, Key }))
      const x = Item?.['x']?.N
      return x === undefined ? undefined : (Number(x) * 1_000 - clock.now()) / dayMs
    }
    return { backend, clock, place, endOf }
  }

  /** Delivers an email as far as the records go; in how many days its record ends. */
  async function settle(
    { backend, clock, endOf }: Awaited<ReturnType<typeof open>>,
    state: EmailState,
    project = 'default',
  ) {
    const at = clock.now()
    const email = anEmail({ id: newId(at), createdAt: at, dueAt: at, project })
    await backend.emails.create(email)
    const claimed = await backend.emails.claim(email.id, at, 60)
    if (claimed.kind !== 'claimed') throw new Error(claimed.kind)
    await backend.emails.settle(email.id, claimed.claim, { state, settledAt: at })
    return { email, end: await endOf(emailKey(email.id)) }
  }

  it('counts from what is written after the settings were saved', async () => {
    const here = await open()
    const { backend, clock, endOf } = here
    expect((await settle(here, 'sent')).end).toBe(30)
    const { version } = await backend.settings.read()
    await backend.settings.write(saved, {}, version)
    await backend.copiedSettings.read()
    expect((await settle(here, 'sent')).end).toBe(10)
    expect((await settle(here, 'failed', 'shop')).end).toBe(4)
    const { email } = await settle(here, 'sent', 'shop')
    const seen = (await backend.emails.get(email.id, '*'))!
    await clock.advance(dayMs)
    await backend.emails.change(seen, { state: 'bounced' })
    expect(await endOf(emailKey(email.id))).toBe(89)
    backend.close()
  })

  it('holds in a process that reads settings for nothing else', async () => {
    const here = await open()
    const { version } = await here.backend.settings.read()
    await here.backend.settings.write(saved, {}, version)
    await here.backend.copiedSettings.read()
    const other = awsBackend(here.place, { clock: here.clock, ...aws.access })
    expect((await settle({ ...here, backend: other }, 'sent')).end).toBe(10)
    await other.audit.put({ ...line, at: here.clock.now() })
    expect(await here.endOf({ p: 'audit', s: line.id })).toBe(40)
    other.close()
    here.backend.close()
  })

  it('lets captures go with their bytes, and contents, by project', async () => {
    const { backend, clock, place } = await open()
    const { version } = await backend.settings.read()
    await backend.settings.write(saved, {}, version)
    await backend.settings.read()
    // Objects have the time of the emulator, which is not that of the test.
    await clock.advance(Date.now() - clock.now() + 3 * dayMs)
    const at = clock.now()
    const ids = [newId(at), newId(at)] as const
    const add = (id: string, project: string) =>
      backend.captures.add(aCapture({ id, emailId: id, at, project }), Buffer.from('x'), '')
    await add(ids[0], 'default')
    await add(ids[1], 'shop')
    const kept = anEmail({ id: newId(at), state: 'sent', settledAt: at })
    const gone = anEmail({ id: newId(at), state: 'sent', settledAt: at, project: 'shop' })
    for (const email of [kept, gone]) {
      await backend.emails.create(email)
      await backend.blobs.put(`content/${email.id}`, Buffer.from('{}'))
    }
    await clock.advance(3 * dayMs)
    expect((await backend.captures.list({ scope: '*', limit: 9 })).data).toMatchObject([
      { id: ids[0] },
    ])
    const s3 = new S3Client({ ...aws.access, forcePathStyle: true })
    const keys = async () => {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: place.bucketName }),
      )
      return Contents.map(({ Key }) => Key!.replace(/.*\/(.*?)(\.eml)?$/, '$1'))
    }
    expect(await keys()).toHaveLength(4)
    await backend.sweepContents(keeping(7, saved), new AbortController().signal)
    expect((await keys()).sort()).toEqual([ids[0], kept.id].sort())
    backend.close()
  })
})

const line = {
  id: newId(1),
  at: 1,
  project: 'default',
  action: 'settings.saved',
  outcome: 'done',
  by: { actor: 'local' },
} as const
