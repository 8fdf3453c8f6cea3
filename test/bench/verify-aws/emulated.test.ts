import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { SQSBatchResponse } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { programs } from '../../../bench/verify-aws/cdk.ts'
import type { Row } from '../../../bench/verify-aws/check.ts'
import { checks } from '../../../bench/verify-aws/checks/index.ts'
import { main } from '../../../bench/verify-aws/main.ts'
import { parametersBelow } from '../../../bench/verify-aws/parameters.ts'
import { verifyAws, type Run } from '../../../bench/verify-aws/run.ts'
import { destroyStack } from '../../../bench/verify-aws/stacks.ts'
import { readPlace } from '../../../backends/aws/env.ts'
import { bundlePath } from '../../../functions/build.ts'
import { accessTo } from '../../backends/aws/places.ts'
import { noEmulator, startEmulator, type AwsEmulator } from '../../remote/aws-emulator.ts'
import { deliverBatch } from '../../remote/event-source.ts'
import { runFunctions, type RunningFunctions } from '../../remote/running-functions.ts'

const minutes = 60_000

let emulator: AwsEmulator
let access: ReturnType<typeof accessTo> & { region: string }
let home: string

describe.skipIf(noEmulator)(`npm run verify-aws${noEmulator ? ` (${noEmulator})` : ''}`, () => {
  beforeAll(async () => {
    emulator = await startEmulator()
    access = accessTo(emulator.endpoint.replace('127.0.0.1', 'localhost'))
    // cdk caches the account of a key below the home directory.
    home = mkdtempSync(join(tmpdir(), 'postern-verify-'))
    process.env['HOME'] = home
    await new SSMClient(access).send(
      new PutParameterCommand({ Name: bootstrapped, Value: '30', Type: 'String' }),
    )
    await create('Postern-strange')
  }, minutes)
  afterAll(async () => {
    await emulator?.stop()
    if (home) rmSync(home, { recursive: true })
  })

  describe('before it may', () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    afterAll(() => printed.mockRestore())

    it.each([
      [],
      ['--yes', '123456789012'],
      ['--yes', '999999999999/us-east-1'],
      ['--yes', '123456789012/eu-west-1'],
      ['--destroy', 'verify-0000aa'],
      ['--destroy', 'strange', '--yes', '123456789012/us-east-1'],
      ['--force', '--yes', '123456789012/us-east-1'],
    ])('makes and removes nothing with %j', async (...words: string[]) => {
      expect(await main(words, access)).toBe(2)
      expect(await stacks()).toContain('Postern-strange')
      expect((await stacks()).filter((stack) => stack.includes('verify'))).toEqual([])
    })
  })

  it('touches no stack that it did not make', async () => {
    const strange = { name: 'verify-000000', stack: 'Postern-strange', stage: 'strange' }
    await expect(destroyStack(strange, access)).rejects.toThrow('is not of this run')
    expect(await stacks()).toContain('Postern-strange')
  })

  it('destroys what it made when it is stopped half way', async () => {
    const aborting = new AbortController()
    const cdk = async (words: readonly string[]) => {
      const stage = words.find((word) => word.startsWith('stage='))!.slice('stage='.length)
      await create(`Postern-verify-0000bb-${stage}`, 'verify-0000bb')
      if (stage === 'production') aborting.abort(new Error('stopped by SIGINT'))
    }
    const rows = await verify('verify-0000bb', {
      programs: { cdk, postern: async () => 're_key' },
      stop: aborting.signal,
      urlOf: async () => undefined,
    })
    expect(rows.map(({ check, verdict, seen }) => [check, verdict, seen])).toEqual([
      ['the run itself', 'failed', 'Error: stopped by SIGINT'],
      ['destroy all', 'ok', 'no stack and no parameter of this run is left'],
    ])
    expect(await left('verify-0000bb')).toEqual([])
  })

  it('destroys what it made when a deployment fails', async () => {
    const cdk = async () => {
      await create('Postern-verify-0000cc-staging', 'verify-0000cc')
      throw new Error('CREATE_FAILED')
    }
    const rows = await verify('verify-0000cc', {
      programs: { cdk, postern: async () => 're_key' },
      urlOf: async () => undefined,
    })
    expect(rows.map(({ verdict }) => verdict)).toEqual(['failed', 'ok'])
    expect(rows[0]!.seen).toContain('CREATE_FAILED')
    expect(await left('verify-0000cc')).toEqual([])
  })

  describe('with the real cdk and the functions', () => {
    const running: RunningFunctions[] = []
    const stopping = new AbortController()
    beforeAll(async () => {
      await new SSMClient(access).send(new DeleteParameterCommand({ Name: bootstrapped }))
      await forever.cdk(['bootstrap', '--no-notices', '--output', join(home, 'out')], access)
    }, 5 * minutes)
    afterAll(async () => {
      stopping.abort()
      for (const one of running) await one.stop()
    })

    it(
      'deploys, checks what an emulator can show, names the rest, and leaves nothing',
      { timeout: 10 * minutes },
      async () => {
        const rows = await verify('verify-0000aa', {
          programs: forever,
          urlOf: async (outputs) => (await functionsOf(outputs['ApiFunction']!)).url,
        })
        const by = (verdict: Row['verdict']) =>
          rows.filter((row) => row.verdict === verdict).map(({ check }) => check)
        expect(rows.filter(({ verdict }) => verdict === 'failed')).toEqual([])
        expect(by('ok')).toEqual([
          'staging captures what the API takes',
          'staging captures what a producer puts on the queue',
          'ten tests wait at once, each for its own email',
          'staging can be destroyed and deployed again',
          'destroy all',
        ])
        expect(by('needs the real thing')).toHaveLength(checks.length - 4)
        expect(await left('verify-0000aa')).toEqual([])
      },
    )

    /** In place of Lambda, its event source and API Gateway. */
    async function functionsOf(apiName: string): Promise<RunningFunctions> {
      const api = await variablesOf(apiName)
      const { sendFunctionName, queueUrl } = readPlace(api)
      const send = await variablesOf(sendFunctionName)
      const functions = await runFunctions(
        {
          api: { name: apiName, bundle: bundlePath('api'), variables: api },
          send: { name: sendFunctionName, bundle: bundlePath('send'), variables: send },
          notify: { name: 'notify', bundle: bundlePath('notify'), variables: api },
        },
        access,
      )
      running.push(functions)
      void pump(queueUrl, functions)
      return functions
    }

    async function pump(queueUrl: string, { lambdas }: RunningFunctions): Promise<void> {
      const sqs = new SQSClient(access)
      const invoke = (event: object) => lambdas.send.invoke<SQSBatchResponse>(event)
      while (!stopping.signal.aborted) {
        // Its queue goes with the stack.
        const done = await deliverBatch(sqs, queueUrl, invoke).catch(() => undefined)
        if (!done) return
        if (done.handled + done.left === 0) await pause(200)
      }
    }
  })
})

/** What `cdk bootstrap` leaves. */
const bootstrapped = '/cdk-bootstrap/hnb659fds/version'

const forever = programs(new AbortController().signal)

function verify(name: string, run: Pick<Run, 'programs' | 'urlOf'> & Partial<Run>): Promise<Row[]> {
  return verifyAws({
    ...{ name, access, account: '123456789012' },
    stop: new AbortController().signal,
    cleaning: forever,
    record: () => undefined,
    tell: () => undefined,
    ...run,
  })
}

async function variablesOf(FunctionName: string): Promise<Record<string, string>> {
  const command = new GetFunctionConfigurationCommand({ FunctionName })
  return (await new LambdaClient(access).send(command)).Environment!.Variables!
}

/** A stack as small as one can be, with a bucket that holds something. */
async function create(StackName: string, tag?: string): Promise<void> {
  const client = new CloudFormationClient(access)
  const Tags = tag ? [{ Key: 'postern:verify', Value: tag }] : []
  await client.send(new CreateStackCommand({ StackName, Tags, TemplateBody: bare }))
  const asked = new DescribeStackResourcesCommand({ StackName })
  const { StackResources: [bucket] = [] } = await client.send(asked)
  const Bucket = bucket!.PhysicalResourceId!
  const s3 = new S3Client({ ...access, forcePathStyle: true })
  await s3.send(new PutObjectCommand({ Bucket, Key: 'captured/a.eml', Body: 'x' }))
}

const bare = JSON.stringify({ Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } })

async function stacks(): Promise<string[]> {
  const { StackSummaries = [] } = await new CloudFormationClient(access).send(
    new ListStacksCommand({}),
  )
  return StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE').map(
    ({ StackName }) => StackName!,
  )
}

async function left(name: string): Promise<unknown[]> {
  const { Buckets = [] } = await new S3Client(access).send(new ListBucketsCommand({}))
  const { QueueUrls = [] } = await new SQSClient(access).send(new ListQueuesCommand({}))
  const names = [...(await stacks()), ...Buckets.map((one) => one.Name!), ...QueueUrls]
  return [
    ...names.filter((one) => one.toLowerCase().includes(name)),
    ...(await parametersBelow(`/postern/${name}-staging`, access)),
    ...(await parametersBelow(`/postern/${name}-production`, access)),
  ]
}
