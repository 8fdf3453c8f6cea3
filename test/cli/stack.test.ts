import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { awsBackend } from '../../backends/aws/index.ts'
import { systemClock } from '../../mail/clock.ts'
import { newId } from '../../mail/email/id.ts'
import { aCapture } from '../conformance/captures.ts'
import { anEmail } from '../conformance/email-samples.ts'
import { toVariables, type Place } from '../../backends/aws/env.ts'
import { version } from '../../machine/version.ts'
import { onAws, type EmulatedAws } from '../backends/aws/emulated.ts'
import { asOnNode20 } from './node-20.ts'
import { runCommand, type Ran } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

onAws('postern --stack', (aws) => {
  beforeEach(() => stubAws(aws))
  afterEach(() => void vi.unstubAllEnvs())

  it('makes a first key, takes an email and tells of it, with AWS credentials alone', async () => {
    const stack = await makeStack(aws, await aws.place())
    const run = (...words: string[]) => runCommand(['--stack', stack, '--json', ...words])

    const key = await run('keys', 'create', 'shop', '--sending')
    expect(key, key.err).toMatchObject({ code: 0 })
    const { id } = JSON.parse(key.out) as { id: string }
    expect(await run('keys', 'list')).toMatchObject({
      code: 0,
      out: expect.stringContaining(id) as string,
    })

    const email = [
      '--from',
      'a@own.test',
      '--to',
      'b@there.test',
      '--subject',
      'Hi',
      '--text',
      'Hi',
    ]
    const sent = JSON.parse((await run('send', ...email)).out) as { id: string }
    const shown = await run('emails', 'show', sent.id)
    expect(JSON.parse(shown.out)).toMatchObject({ id: sent.id, state: 'queued', subject: 'Hi' })
    expect(JSON.parse((await run('queue')).out)).toMatchObject({ depth: 1 })
  }, 60_000)

  it('saves settings that are then in force, without a key', async () => {
    const stack = await makeStack(aws, await aws.place())
    const run = (...words: string[]) => runCommand(['--stack', stack, '--json', ...words])
    expect(await run('settings', 'set', '--force', 'keepContentDays=3')).toMatchObject({ code: 0 })
    expect((await run('settings', 'get', 'keepContentDays')).out).toContain('3')
  }, 60_000)

  it('exports and erases what the stack keeps, page after page', async () => {
    const place = await aws.place()
    const stack = await makeStack(aws, place)
    const run = (...words: string[]) => runCommand(['--stack', stack, ...words])
    const backend = awsBackend(place, { clock: systemClock, ...aws.access })
    onTestFinished(() => backend.close())
    const at = Date.now()
    const ids = Array.from({ length: 103 }, (_, n) => newId(at + n)).toReversed()
    const values = { state: 'captured', createdAt: at, settledAt: at } as const
    for (const id of ids) await backend.emails.create(anEmail({ ...values, id }))
    for (const id of ids.slice(0, 2))
      await backend.captures.add(
        aCapture({ id, emailId: id, at }),
        Buffer.from('To: x\r\n\r\nHi\r\n'),
        'Hi',
      )
    await run('suppressions', 'add', 'gone@example.com')
    await run('suppressions', 'add', 'other@example.com')

    const idsOf = ({ out }: Ran) =>
      [...out.trim().split('\n')].map((line) => (JSON.parse(line) as { id: string }).id)
    const emails = await run('export', 'emails')
    expect(emails).toMatchObject({ code: 0, err: '' })
    expect(idsOf(emails)).toEqual(ids)
    expect(idsOf(await run('export', 'emails', '--after', ids[99]!))).toEqual(ids.slice(100))
    const directory = join(temporaryDirectory(), 'captures')
    expect(idsOf(await run('export', 'captures', '--eml', directory))).toEqual(ids.slice(0, 2))
    expect(readdirSync(directory)).toHaveLength(2)
    expect(idsOf(await run('export', 'audit'))).toHaveLength(2)
    const events = () => run('export', 'events').then(({ out }) => out)
    // What a table of many writers is not sure of yet comes some seconds later.
    await expect.poll(events, { timeout: 40_000, interval: 1_000 }).toMatch(/gone@[^]*other@/)

    const erased = await run('erase', 'gone@example.com', '--suppressions', '--yes')
    expect(erased).toMatchObject({ code: 0, err: '' })
    expect(await events()).not.toContain('gone@')
    expect((await run('suppressions', 'list')).out).not.toContain('gone@')
  }, 120_000)

  it('runs on Node 20', async () => {
    const stack = await makeStack(aws, await aws.place())
    asOnNode20()
    const run = (words: string) => runCommand(['--stack', stack, '--json', ...words.split(' ')])
    const [key, sent] = [
      await run('keys create shop'),
      await run('send --from a@own.test --to b@there.test --subject Hi --text Hi'),
    ]
    const { id } = JSON.parse(sent.out) as { id: string }
    expect(key.code).toBe(0)
    for (const words of [
      ...['keys list', 'emails list', `emails show ${id}`, 'captures list', 'captures clear'],
      ...['queue', 'dead-letters list', 'stats', 'settings get keepContentDays'],
      ...['settings set --force keepContentDays=2', 'erase b@there.test --cancel --yes'],
    ])
      expect(await run(words), words).toMatchObject({ code: 0, err: '' })
  }, 60_000)

  it('says so when there is no such stack, or it is none of Postern', async () => {
    const missing = await runCommand(['--stack', 'nowhere', 'status'])
    expect(missing).toMatchObject({
      code: 3,
      err: expect.stringContaining('the stack nowhere') as string,
    })

    const stack = await makeStack(aws, await aws.place(), {})
    const other = await runCommand(['--stack', stack, 'status'])
    expect(other).toMatchObject({
      code: 1,
      err: expect.stringContaining('no output ApiFunction') as string,
    })
  }, 60_000)
})

onAws('postern --stack of another version', (aws) => {
  beforeEach(() => stubAws(aws))
  afterEach(() => void vi.unstubAllEnvs())

  it.each([
    ['99.0.0', 1, 'has Postern 99.0.0, and this is'],
    [version.replace(/\d+$/, '99'), 0, ''],
  ])(
    'meets %s: exit code %i',
    async (deployed, code, err) => {
      const Version = { Value: deployed }
      const stack = await makeStack(aws, await aws.place(), {
        ApiFunction: { Value: { Ref: 'Api' } },
        Version,
      })
      const ran = await runCommand(['--stack', stack, 'queue'])
      expect(ran).toMatchObject({ code, err: expect.stringContaining(err) as string })
    },
    60_000,
  )
})

it('does not guess between a url and a stack', async () => {
  const words = ['--stack', 'one', '--url', 'http://127.0.0.1:1', 'status']
  expect(await runCommand(words)).toMatchObject({
    code: 2,
    err: expect.stringContaining('give --url or --stack') as string,
  })
})

function stubAws({ access }: EmulatedAws) {
  vi.stubEnv('AWS_ENDPOINT_URL', access.endpoint)
  vi.stubEnv('AWS_REGION', access.region)
  vi.stubEnv('AWS_ACCESS_KEY_ID', access.credentials!.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', access.credentials!.secretAccessKey)
}

let made = 0

/** What `cdk deploy` leaves, as far as the command line looks at it. */
async function makeStack(
  { access }: EmulatedAws,
  place: Place,
  outputs: object = { ApiFunction: { Value: { Ref: 'Api' } } },
): Promise<string> {
  const name = `Postern-${process.pid}-${(made += 1)}`
  const principal = { Service: 'lambda.amazonaws.com' }
  const trust = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }
  const template = {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
        },
      },
      Api: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Handler: 'index.handler',
          Runtime: 'nodejs22.x',
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Code: { ZipFile: 'exports.handler = async () => {}' },
          Environment: { Variables: toVariables(place) },
        },
      },
    },
    Outputs: outputs,
  }
  const client = new CloudFormationClient(access)
  await client.send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: JSON.stringify(template),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  )
  client.destroy()
  return name
}
