import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessTo } from '../backends/aws/places.ts'
import { projectFiles, readProjectFile } from '../house/tree.ts'
import { noEmulator, startEmulator, type AwsEmulator } from '../remote/aws-emulator.ts'
import { blocksOf } from './blocks.ts'
import { everyPage, notWalked } from './walked.ts'
import { walk } from './walk.ts'

describe('a page with commands', () => {
  const pages = projectFiles().filter((path) => /^(README|docs\/(?!decisions).*)\.md$/.test(path))
  const withCommands = pages.filter((path) =>
    blocksOf(readProjectFile(path)).some(({ language }) => language === 'sh'),
  )
  const tests = projectFiles().filter((path) => /^test\/pages\/\w+\.test\.ts$/.test(path))
  const walked = tests.flatMap((path) =>
    [...readProjectFile(path).matchAll(/walk(?:Here)?\(\s*'(.+?\.md)'/g)].map(([, page]) => page!),
  )

  it('is walked, or named with the reason why not', () => {
    expect([...new Set([...walked, ...Object.keys(notWalked)])].toSorted()).toEqual(
      withCommands.toSorted(),
    )
  })
})

if (everyPage)
  describe.skipIf(noEmulator)('the commands of the pages for AWS, with an emulated account', () => {
    let emulator: AwsEmulator
    beforeAll(async () => {
      emulator = await startEmulator()
    }, 90_000)
    afterAll(() => emulator?.stop())

    function walkHere(page: string, instead: Record<string, string>, notHere = {}) {
      const { credentials } = accessTo('')
      const env = {
        // By this name moto knows that the bucket stands in the path.
        AWS_ENDPOINT_URL: emulator.endpoint.replace('127.0.0.1', 'localhost'),
        AWS_REGION: 'eu-west-1',
        // What the first version of the AWS command line reads.
        AWS_DEFAULT_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      }
      return walk(page, { env, instead, notHere, built: true })
    }

    /** The first version of the AWS command line looks for no endpoint in the environment. */
    const aws = (service: string) => `aws --endpoint-url "$AWS_ENDPOINT_URL" ${service}`

    it('docs/aws/deploy.md', { timeout: 600_000 }, async () => {
      const out = await walkHere(
        'docs/aws/deploy.md',
        {
          // By change set, moto forgets the outputs of a new stack; and no one is there to be asked.
          'npx cdk deploy': 'npx cdk deploy --method direct --require-approval never',
          'npm ci\n': '',
          'export AWS_PROFILE=mail AWS_REGION=eu-west-1': 'unset POSTERN_URL',
          // No function runs in an emulator, and so none verifies or sends.
          'from.address=no-reply@example.com': 'from.address=no-reply@example.com --force',
          'postern test-email you@example.com': 'postern test-email you@example.com || [ $? = 1 ]',
          'postern doctor': 'postern doctor || [ $? = 1 ]',
        },
        {
          'API_URL=': 'an emulator makes no HTTP API: test/end-to-end/deploy.test.ts posts to one',
        },
      )
      expect(out).toMatch(/re_[\w-]{20,}/)
    })

    it('docs/aws/staging.md', { timeout: 600_000 }, async () => {
      // The page before has just deployed it, and moto cannot update a stack.
      const out = await walkHere('docs/aws/staging.md', { 'npx cdk deploy\n': '' })
      expect(out).toMatch(/re_[\w-]{20,}/)
    })

    it('docs/aws/producers.md', { timeout: 600_000 }, async () => {
      const out = await walkHere('docs/aws/producers.md', {
        'aws cloudformation': aws('cloudformation'),
        'aws sqs': aws('sqs'),
      })
      expect(out).toContain('MessageId')
    })

    it('docs/aws/upgrading.md', { timeout: 600_000 }, async () => {
      const outputs = `${aws('cloudformation')} describe-stacks --stack-name Postern-production`
      const out = await walkHere('docs/aws/upgrading.md', {
        'git pull && npm ci\n': '',
        // By change set or without one, moto answers 500: test/lib/upgrade.test.ts reads templates.
        'npx cdk deploy': 'echo moto cannot update a stack, so this one stays as it is:',
        'aws dynamodb': aws('dynamodb'),
        '<TableName>': `$(${outputs} --output text --query "Stacks[0].Outputs[?OutputKey=='TableName'].OutputValue")`,
        'aws cloudformation update-termination-protection':
          'echo moto has no UpdateTerminationProtection, and protects nothing:',
        'npx cdk destroy': 'npx cdk destroy --force',
      })
      expect(out).toContain('protects nothing: --stack-name Postern-production')
    })
  })
