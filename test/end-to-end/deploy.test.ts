import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  CreateScheduleGroupCommand,
  GetScheduleCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler'
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { SQSBatchResponse } from 'aws-lambda'
import { Resend } from 'resend'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessTo } from '../backends/aws/places.ts'
import { noEmulator, startEmulator, type AwsEmulator } from '../remote/aws-emulator.ts'
import { cdk, deploymentOf, type Deployment } from '../remote/cdk-deployment.ts'
import { runFunctions, type RunningFunctions } from '../remote/running-functions.ts'
import { deliverBatch } from '../remote/event-source.ts'
import { answer, startHttpServer } from '../remote/http-server.ts'
import type { LambdaProcess } from '../remote/lambda-process.ts'
import { startSmtpServer, type SmtpServer } from '../remote/smtp-server.ts'

const minutes = 60_000

/** Of the template, what moto does not know: nothing of it is needed by the functions themselves. */
const notEmulated = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  // Created, but without a name to show for it.
  'AWS::Lambda::Permission',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::ScheduleGroup',
]

let emulator: AwsEmulator
let access: ReturnType<typeof accessTo>
let home: string

describe.skipIf(noEmulator)(
  `cdk deploy into an emulated account${noEmulator ? ` (${noEmulator})` : ''}`,
  () => {
    beforeAll(async () => {
      emulator = await startEmulator()
      // By this name moto knows that the bucket stands in the path.
      access = accessTo(emulator.endpoint.replace('127.0.0.1', 'localhost'))
      home = mkdtempSync(join(tmpdir(), 'postern-cdk-'))
      await cdk(['bootstrap'], access, home)
    }, 5 * minutes)
    afterAll(async () => {
      await emulator?.stop()
      if (home) rmSync(home, { recursive: true })
    })

    describe('of staging', () => {
      let running: Running
      beforeAll(async () => {
        const defaults = JSON.stringify({ from: { address: 'no-reply@own.test' } })
        running = await deploy('Postern-staging', [
          ...['-c', `defaults=${defaults}`, '-c', 'privateWebhooks=true'],
        ])
      }, 5 * minutes)
      afterAll(() => running?.stop())

      it('creates all but what the emulator does not know', () => {
        expect(running.deployment.missing).toEqual(notEmulated)
        expect(running.deployment.outputs).toMatchObject({
          SettingsParameter: '/postern/staging/settings',
          QueueUrl: expect.stringContaining('sqs') as string,
          CaptureBucket: expect.any(String) as string,
          TableName: expect.any(String) as string,
        })
      })

      it('captures what the official SDK sends, as an .eml in the bucket', async () => {
        const id = await running.post({ subject: 'Into the bucket' })
        await running.work()
        expect(await running.emlOf(id)).toContain('Subject: Into the bucket')
        expect(await running.read(`/emails/${id}`)).toMatchObject({ last_event: 'sent' })
        const found = await running.read('/v1/captures?to=bob@there.test')
        expect(found).toMatchObject({ data: [{ subject: 'Into the bucket' }] })
      })

      it('carries an attachment of 3 MB', async () => {
        const content = Buffer.alloc(3_000_000, 'Postern ').toString('base64')
        const attachments = [{ filename: 'large.bin', content }]
        const id = await running.post({ subject: 'Large', attachments })
        await running.work()
        const eml = await running.emlOf(id)
        expect(eml.replaceAll(/\r\n/g, '')).toContain(content)
      })

      it('takes what a direct producer puts on the queue', async () => {
        const email = { ...anEmail, subject: 'By the queue' }
        await running.put(JSON.stringify(email))
        await running.work()
        const { data } = await running.read('/emails?limit=1')
        expect(await running.emlOf(data[0]!.id)).toContain('Subject: By the queue')
      })

      it('puts what a producer got wrong among the dead letters, and says why', async () => {
        await running.put('{"from":"ann"}')
        await running.put('not JSON')
        await running.work()
        const { data } = await running.read('/v1/dead-letters')
        expect(data.map((letter) => letter['reason']).sort()).toEqual([
          expect.stringMatching(/^from: /),
          expect.stringContaining('JSON'),
        ])
      })

      it('keeps an email for later in a schedule, which fires early and twice without effect', async () => {
        const scheduler = new SchedulerClient(access)
        const GroupName = running.deployment.functions.api.variables['POSTERN_SCHEDULE_GROUP']!
        await scheduler.send(new CreateScheduleGroupCommand({ Name: GroupName }))
        const scheduledAt = new Date(Date.now() + 3_600_000).toISOString()
        const id = await running.post({ subject: 'Later', scheduledAt })
        const Name = `email-${id}`
        const schedule = await scheduler.send(new GetScheduleCommand({ GroupName, Name }))
        expect(schedule).toMatchObject({ ActionAfterCompletion: 'DELETE' })
        await running.put(schedule.Target!.Input!)
        await running.put(schedule.Target!.Input!)
        await running.work()
        expect(await running.read(`/emails/${id}`)).toMatchObject({ last_event: 'scheduled' })
        await running.resend.emails.cancel(id)
        const gone = scheduler.send(new GetScheduleCommand({ GroupName, Name }))
        await expect(gone).rejects.toThrow()
        scheduler.destroy()
      })

      it('tells a webhook what became of emails, signed, and tells it again when asked to', async () => {
        const server = await startHttpServer(() => ({ say: answer(200), at: 'request' }))
        const told = server.requests
        const wish = { endpoint: `${server.url}/hook`, events: ['email.captured'] as never }
        const { data, error } = await running.resend.webhooks.create(wish)
        expect(error).toBeNull()
        const { id, signing_secret: secret } = data!
        const readAt = (n: number) =>
          new Webhook(secret).verify(told[n]!.body.toString(), { ...told[n]!.headers })
        expect((await running.ask(`/v1/webhooks/${id}/test`, {})).status).toBe(202)
        await running.tell()
        expect(readAt(0)).toMatchObject({ data: { tags: { postern_test: 'true' } } })
        // Functions that run know of it five seconds later.
        const began = Date.now()
        while (told.length < 2 && Date.now() - began < 40_000) {
          await running.post({ subject: 'Told' })
          await running.work()
          await running.tell()
        }
        expect(readAt(1)).toMatchObject({ type: 'email.captured', data: { subject: 'Told' } })
        const since = new Date(began - 60_000).toISOString()
        const replay = { since, all: true }
        const asked = await running.ask(`/v1/webhooks/${id}/replay`, replay)
        const { replayed } = (await asked.json()) as { replayed: number }
        const before = told.length
        await running.tell()
        expect(told.length - before).toBe(replayed)
        expect(replayed).toBe(before)
        const rotated = await running.ask(`/webhooks/${id}/signing-secret/rotate`, {})
        expect(await rotated.json()).toMatchObject({ signing_secret: expect.any(String) as string })
        await running.ask(`/v1/webhooks/${id}/test`, {})
        await running.tell()
        expect(() => readAt(told.length - 1)).not.toThrow()
        const { data: listed } = await running.read(`/webhooks/${id}/events`)
        expect(listed.map(({ status }) => status)).toEqual(listed.map(() => 'success'))
        await server.close()
      })

      it('cannot be told to send', async () => {
        const { version } = await running.read('/v1/settings')
        const settings = { engine: 'smtp', smtp: { host: '127.0.0.1', port: 1 } }
        const answer = await running.save('/v1/settings', { settings, version, force: true })
        expect(answer.status).toBe(422)
        expect(await answer.text()).toContain('locked')
      })

      it('says of a test email what became of it, which the send function was asked to try', async () => {
        const answer = await running.ask('/v1/test-email', { to: 'me@there.test' })
        expect(await answer.json()).toMatchObject({
          state: 'captured',
          template: { name: 'test', locale: 'en' },
        })
        expect(running.front.calls.some(({ path }) => path.endsWith('/invocations'))).toBe(true)
        await running.work()
      })

      it('logs no address and no content', () => {
        expect(running.log()).toContain('"attempt"')
        expect(running.log()).not.toMatch(/@there\.test|@own\.test|Into the bucket/)
      })
    })

    describe('of production', () => {
      let running: Running
      let server: SmtpServer
      beforeAll(async () => {
        server = await startSmtpServer({ login: true })
        running = await deploy('Postern-production', [
          ...['-c', 'stage=production', '-c', 'senderDomains=own.test'],
        ])
      }, 5 * minutes)
      afterAll(async () => {
        await running?.stop()
        await server?.close()
      })

      it('asks for a configuration set and its events, which the emulator does not know either', () => {
        const ofFeedback = [
          'AWS::SES::ConfigurationSet',
          'AWS::SES::ConfigurationSetEventDestination',
          // Created, but without a name to show for them.
          'AWS::SNS::Subscription',
          'AWS::SNS::TopicPolicy',
        ]
        const expected = [...notEmulated, ...ofFeedback].sort()
        expect(running.deployment.missing).toEqual(expected)
      })

      it(
        'sends by SMTP soon after one parameter says so, and needs no restart',
        { timeout: minutes },
        async () => {
          await running.post({ subject: 'Before' })
          await running.work()
          expect(server.emails).toHaveLength(0)
          const ssm = new SSMClient(access)
          const settings = {
            engine: 'smtp',
            from: { address: 'no-reply@own.test' },
            smtp: { host: '127.0.0.1', port: server.port, security: 'none' },
          }
          const began = Date.now()
          await ssm.send(
            new PutParameterCommand({
              Name: running.deployment.outputs['SettingsParameter']!,
              Value: JSON.stringify(settings),
              Type: 'String',
              Overwrite: true,
            }),
          )
          ssm.destroy()
          // 15 s by the clock of a function, and what its processes need on a slow machine.
          while (server.emails.length === 0 && Date.now() - began < 40_000) {
            await running.post({ subject: 'After' })
            await running.work()
          }
          expect(server.emails[0]!.content.toString()).toContain('Subject: After')
        },
      )

      it('verifies a candidate with a secret that only the send function hears', async () => {
        const { version, saved } = await running.read('/v1/settings')
        const secret = 'a secret between two'
        const smtp = { ...(saved as { smtp: object }).smtp, username: 'me' }
        const answer = await running.save('/v1/settings', {
          settings: { ...(saved as object), smtp },
          secrets: { 'smtp.password': secret },
          version,
        })
        expect([answer.status, await answer.text()]).toMatchObject([200, expect.any(String)])
        expect(server.commands.some((line) => line.startsWith('AUTH'))).toBe(true)
        expect(running.log()).not.toContain(secret)
        const health = await running.read('/v1/health')
        expect(health).toMatchObject({ mailer: { engine: ['smtp'], valid: true } })
      })
    })
  },
)

const anEmail = { from: 'ann@own.test', to: 'bob@there.test', subject: 'Hi', text: 'Hello' }

interface Json extends Readonly<Record<string, unknown>> {
  readonly data: readonly (Json & { readonly id: string })[]
  readonly version: string
}

type Running = Awaited<ReturnType<typeof deploy>>

/** Deploys and has the functions run, with API Gateway, the event source and Invoke around them. */
async function deploy(stack: string, context: readonly string[]) {
  // By change set, moto forgets the outputs of a new stack.
  await cdk(
    ['deploy', '--method', 'direct', '--require-approval', 'never', ...context],
    access,
    home,
  )
  const deployment = await deploymentOf(stack, access, home)
  const running = await runFunctions(deployment.functions, access)
  const token = await firstKey(stack)
  return clientOf(deployment, running, token)
}

/** By the command line, with the AWS credentials of the deployment. */
async function firstKey(stack: string): Promise<string> {
  const { region, credentials, endpoint } = access
  const env = {
    ...process.env,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL: endpoint,
  }
  const words = ['bin/postern.ts', '--stack', stack, 'keys', 'create', 'first']
  const { stdout } = await promisify(execFile)(process.execPath, words, { env })
  return /re_[\w-]+/.exec(stdout)![0]
}

function clientOf(deployment: Deployment, functions: RunningFunctions, token: string) {
  const { url, lambdas, front } = functions
  const resend = new Resend(token, { baseUrl: url })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const s3 = new S3Client({ ...access, forcePathStyle: true })
  const sqs = new SQSClient(access)
  const QueueUrl = deployment.outputs['QueueUrl']!
  const Bucket = deployment.outputs['CaptureBucket']!
  async function handAll(queueUrl: string, lambda: LambdaProcess) {
    const invoke = (event: object) => lambda.invoke<SQSBatchResponse>(event)
    for (;;) {
      const { handled, left } = await deliverBatch(sqs, queueUrl, invoke)
      if (handled + left === 0) return
    }
  }
  const say = (method: string, path: string, body: object) =>
    fetch(url + path, { method, headers, body: JSON.stringify(body) })
  return {
    ...{ deployment, front, resend },
    log: () => lambdas.api.log() + lambdas.send.log() + lambdas.notify.log(),
    async post(change: object): Promise<string> {
      const { data, error } = await resend.emails.send({ ...anEmail, ...change })
      expect(error).toBeNull()
      return data!.id
    },
    put: (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })),
    ask: (path: string, body: object) => say('POST', path, body),
    save: (path: string, body: object) => say('PUT', path, body),
    async read(path: string): Promise<Json> {
      return (await (await fetch(url + path, { headers })).json()) as Json
    },
    /** Hands everything that is visible to the send function, batch by batch. */
    work: () => handAll(QueueUrl, lambdas.send),
    /** The same to the function that tells webhooks. */
    tell: () =>
      handAll(deployment.functions.api.variables['POSTERN_NOTIFY_QUEUE_URL']!, lambdas.notify),
    async emlOf(id: string): Promise<string> {
      const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'captured/' }))
      const Key = listed.Contents!.map((object) => object.Key!).find((key) => key.includes(id))
      expect(Key).toMatch(/^captured\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]+\.eml$/)
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: Key! }))
      return Body!.transformToString()
    },
    async stop() {
      for (const client of [s3, sqs]) client.destroy()
      await functions.stop()
    },
  }
}
