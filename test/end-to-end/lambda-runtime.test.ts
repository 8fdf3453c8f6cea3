import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse } from 'aws-lambda'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { toVariables, type Place } from '../../backends/aws/env.ts'
import { awsBackend } from '../../backends/aws/index.ts'
import type { ApiResult } from '../../functions/api/handler.ts'
import { makeApiKey } from '../../mail/keys/api-keys.ts'
import { systemClock } from '../../mail/clock.ts'
import { onAws, type EmulatedAws } from '../backends/aws/emulated.ts'
import { fullAccess } from '../full-access.ts'
import { cdk } from '../remote/cdk-deployment.ts'
import { startApiGateway } from '../remote/api-gateway.ts'
import { deliverBatch } from '../remote/event-source.ts'
import { startRuntimeApi } from '../remote/runtime-api.ts'

/** The package `aws-lambda-ric`, which is compiled when it is installed. */
const client = process.env['POSTERN_LAMBDA_RIC'] ?? 'node_modules/aws-lambda-ric'
const entry = join(client, 'index.mjs')
const reason = existsSync(entry) ? undefined : 'no aws-lambda-ric in POSTERN_LAMBDA_RIC'

onAws('the runtime interface client of AWS', (aws) => {
  let home: string
  beforeAll(async () => {
    if (reason) return
    home = mkdtempSync(join(tmpdir(), 'postern-ric-'))
    await cdk(['synth', '--quiet'], aws.access, home)
  }, 120_000)
  afterAll(() => (home ? rmSync(home, { recursive: true }) : undefined))

  it.skipIf(reason)(
    `runs what cdk synth packed: an email by HTTP, then its batch${reason ? ` (${reason})` : ''}`,
    { timeout: 120_000 },
    async () => {
      const place = { ...(await aws.place()), locks: { engine: 'noop' } }
      const backend = awsBackend(place, { clock: systemClock, ...aws.access })
      const { key, token } = makeApiKey(fullAccess, Date.now())
      await backend.keys.create(key)
      const api = await start(aws, place, bundleOf('reading-thread'))
      const gateway = await startApiGateway((event) => api.invoke<ApiResult>(event))
      onTestFinished(() => gateway.close())

      const answer = await fetch(`${gateway.url}/emails`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ from: 'a@own.test', to: 'b@there.test', subject: 'Hi', text: 'x' }),
      })
      const { id } = (await answer.json()) as { id: string }
      expect(answer.status).toBe(200)

      const send = await start(aws, place, bundleOf('sendgrid'))
      const sqs = new SQSClient(aws.access)
      const batch = await deliverBatch(sqs, place.queueUrl, (event) =>
        send.invoke<SQSBatchResponse>(event),
      )
      sqs.destroy()
      expect(batch).toEqual({ handled: 1, left: 0 })
      expect(await backend.emails.get(id, '*')).toMatchObject({ state: 'captured' })
      backend.close()
    },
  )

  /** The folder that CDK packed which has this chunk. */
  function bundleOf(chunk: string): string {
    const assembly = join(home, 'cdk.out')
    const assets = readdirSync(assembly).filter((name) =>
      existsSync(join(assembly, name, 'index.mjs')),
    )
    const found = assets.find((name) =>
      readdirSync(join(assembly, name)).some((file) => file.startsWith(chunk)),
    )
    return join(assembly, found!)
  }
})

/** A function as Lambda starts it. */
async function start({ access }: EmulatedAws, place: Place, bundle: string) {
  const api = await startRuntimeApi()
  const { endpoint, region, credentials } = access
  const child = spawn(process.execPath, [entry], {
    cwd: bundle,
    env: {
      ...toVariables(place),
      _HANDLER: 'index.handler',
      AWS_LAMBDA_RUNTIME_API: api.address,
      LAMBDA_TASK_ROOT: bundle,
      AWS_LAMBDA_FUNCTION_NAME: 'postern',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_GROUP_NAME: 'log',
      AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials!.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials!.secretAccessKey,
      AWS_ENDPOINT_URL: endpoint,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const gone = once(child, 'exit').then(() => api.fail('the function exited'))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await gone
    await api.close()
  })
  return api
}
