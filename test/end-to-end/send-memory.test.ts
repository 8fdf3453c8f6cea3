import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { writeMessage } from '../../backends/aws/queue/messages.ts'
import { toVariables, type Place } from '../../backends/aws/env.ts'
import { awsBackend } from '../../backends/aws/index.ts'
import { buildFunction } from '../../functions/build.ts'
import { arrivalOf } from '../../mail/accept/arrival.ts'
import { systemClock } from '../../mail/clock.ts'
import { contentKey, encodeContent } from '../../mail/content.ts'
import type { Content } from '../../mail/email/email.ts'
import { newId } from '../../mail/email/id.ts'
import { jobOf } from '../../mail/email/job.ts'
import { settingsInForce } from '../../mail/configure/in-force.ts'
import { onAws, type EmulatedAws } from '../backends/aws/emulated.ts'
import { aRecord } from '../functions/sqs-record.ts'
import { emailRequest } from '../open-postern.ts'
import { startAwsFront, type AwsService } from '../remote/aws-front.ts'
import { goodAccount } from '../remote/fake-ses.ts'
import { startLambda } from '../remote/lambda-process.ts'
import { memoryCgroup, noMemoryCgroup } from '../remote/memory-cgroup.ts'

const missing = noMemoryCgroup()

/** Where Lambda's own runtime wants some of it too. */
const memoryMb = 512

const defaults = { engine: 'ses', from: { address: 'no-reply@own.test' } }

onAws('the send function, built, in 512 MB', (aws) => {
  let bundle: string
  beforeAll(async () => {
    bundle = mkdtempSync(join(tmpdir(), 'postern-send-'))
    await buildFunction('send', bundle)
  }, 60_000)
  afterAll(() => rmSync(bundle, { recursive: true }))

  it.skipIf(missing).each([
    [2, 29],
    [10, 10],
  ])(
    `sends each email of a batch of %i with %i MB once${missing ? ` (${missing})` : ''}`,
    { timeout: 120_000 },
    async (count, size) => {
      const objects = new Map<string, Buffer>()
      const sent: number[] = []
      const front = await startAwsFront(aws.access.endpoint!, [bucket(objects)])
      onTestFinished(() => front.close())
      const remote = await startSes(sent)
      const place = { ...(await aws.place()), defaults }
      const records = await waiting(aws, { place, objects, count, size })
      const group = memoryCgroup(memoryMb * 1_048_576)
      const send = startLambda({
        bundle,
        name: 'send',
        env: variables(aws, place, [front.endpoint, remote]),
      })
      group.add(send.pid)

      let left = records
      for (let batch = 0; left.length > 0 && batch < count; batch++) {
        const { batchItemFailures } = await send.invoke<SQSBatchResponse>({ Records: left })
        const ids = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
        left = left.filter(({ messageId }) => ids.includes(messageId))
      }
      const peak = group.peak()
      await send.stop()
      group.remove()
      expect(left).toEqual([])
      expect(sent).toHaveLength(count)
      expect(peak).toBeLessThan(0.95 * memoryMb * 1_048_576)
    },
  )
})

interface Waiting {
  readonly place: Place
  readonly objects: Map<string, Buffer>
  readonly count: number
  /** Of each attachment, in megabytes. */
  readonly size: number
}

/** As the api function accepts them: a record and a job each, the content in the bucket. */
async function waiting({ access }: EmulatedAws, { place, objects, count, size }: Waiting) {
  const backend = awsBackend(place, { clock: systemClock, ...access })
  const inForce = await settingsInForce({
    ...{ store: backend.settings, clock: systemClock },
    defaults,
  }).current()
  const records: SQSRecord[] = []
  for (let n = 0; n < count; n++) {
    const content: Content = { ...withFile(size, n) }
    const wanted = { id: newId(Date.now()), request: emailRequest({ content }), caller }
    const { email } = arrivalOf(wanted, inForce, Date.now())
    await backend.emails.create(email)
    objects.set(contentKey(email.id), Buffer.from(encodeContent(content)))
    records.push(aRecord(writeMessage({ kind: 'job', job: jobOf(email) }, () => 'of before')))
  }
  backend.close()
  return records
}

const caller = { owner: 'local', project: 'default', scope: '*', capture: false }

function withFile(megabytes: number, n: number): Content {
  const content = Buffer.alloc(megabytes * 1_000_000, n + 1).toString('base64')
  const file = { filename: 'a.bin', contentType: 'application/octet-stream', content }
  return { kind: 'structured', text: 'See attached', headers: {}, attachments: [file] }
}

function variables({ access }: EmulatedAws, place: Place, [endpoint, ses]: readonly string[]) {
  return {
    ...toVariables(place),
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_REGION: access.region!,
    AWS_ACCESS_KEY_ID: access.credentials!.accessKeyId,
    AWS_SECRET_ACCESS_KEY: access.credentials!.secretAccessKey,
    AWS_ENDPOINT_URL: endpoint!,
    AWS_ENDPOINT_URL_SESV2: ses!,
  }
}

/** A bucket of its own: the emulator would take seconds for each of these. */
function bucket(objects: Map<string, Buffer>): AwsService {
  return ({ method, path }) => {
    const key = /\/(content\/[\w-]+)/.exec(path)?.[1]
    if (key === undefined) return undefined
    if (method === 'DELETE') objects.delete(key)
    const body = objects.get(key)
    return { status: body ? 200 : 204, headers: {}, body: body ?? Buffer.alloc(0) }
  }
}

/** Takes half a second for each, so that what is sent at once is in memory at once. */
async function startSes(sent: number[]): Promise<string> {
  const server = createServer((request, response) => {
    let bytes = 0
    request.on('data', (chunk: Buffer) => void (bytes += chunk.byteLength))
    request.on('end', () => {
      const answer = request.method === 'GET' ? goodAccount : { MessageId: `m${sent.push(bytes)}` }
      void systemClock.until(Date.now() + 500, new AbortController().signal).then(() => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(answer))
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
