import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { AwsAccess } from '../../backends/aws/clients.ts'

/** What `cdk deploy` made. */
export interface Deployment {
  readonly stack: string
  readonly outputs: Readonly<Record<string, string>>
  /** Types of the template that this place could not create. */
  readonly missing: readonly string[]
  readonly functions: Readonly<Record<'api' | 'send' | 'notify', DeployedFunction>>
}

export interface DeployedFunction {
  readonly name: string
  /** The folder that CDK packed. */
  readonly bundle: string
  readonly variables: Readonly<Record<string, string>>
}

/** Runs the real `cdk` on the unmodified app, as a person does, against an emulator. */
export function cdk(words: readonly string[], access: AwsAccess, home: string): Promise<string> {
  const { accessKeyId, secretAccessKey } = access.credentials!
  const env = {
    PATH: [resolve('node_modules/.bin'), process.env['PATH']].join(delimiter),
    // It caches the account of a key below the home directory.
    HOME: home,
    AWS_ENDPOINT_URL: access.endpoint,
    AWS_REGION: access.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
  const always = ['--no-notices', '--no-color', '--output', join(home, 'cdk.out')]
  return promisify(execFile)('cdk', [...words, ...always], { env, maxBuffer: 1e8 }).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: Error & { stdout: string; stderr: string }) => {
      throw new Error(`cdk ${words.join(' ')}: ${error.stdout}${error.stderr}`, { cause: error })
    },
  )
}

/** What lies in the emulator after a deployment of this stack. */
export async function deploymentOf(
  stack: string,
  access: AwsAccess,
  home: string,
): Promise<Deployment> {
  const assembly = join(home, 'cdk.out')
  const template = JSON.parse(readFileSync(join(assembly, `${stack}.template.json`), 'utf8')) as {
    Resources: Record<string, Resource>
  }
  const client = new CloudFormationClient(access)
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }))
  const { StackResources = [] } = await client.send(
    new DescribeStackResourcesCommand({ StackName: stack }),
  )
  client.destroy()
  const created = new Map(
    StackResources.map((one) => [one.LogicalResourceId, one.PhysicalResourceId]),
  )
  const functions = Object.entries(template.Resources).filter(
    ([, { Type }]) => Type === 'AWS::Lambda::Function',
  )
  const described = await Promise.all(
    functions.map(([id, resource]) => functionOf(created.get(id)!, resource, assembly, access)),
  )
  const byBundle = (part: string) => described.find(({ name }) => name.includes(part))!
  return {
    stack,
    outputs: Object.fromEntries(
      (Stacks[0]!.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    ) as Record<string, string>,
    missing: [
      ...new Set(
        Object.entries(template.Resources)
          .filter(([id]) => !created.get(id))
          .map(([, { Type }]) => Type),
      ),
    ].sort(),
    functions: { api: byBundle('Api'), send: byBundle('Send'), notify: byBundle('Notify') },
  }
}

interface Resource {
  readonly Type: string
  readonly Metadata?: Readonly<Record<string, string>>
}

async function functionOf(
  name: string,
  { Metadata = {} }: Resource,
  assembly: string,
  access: AwsAccess,
): Promise<DeployedFunction> {
  const lambda = new LambdaClient(access)
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: name }),
  )
  lambda.destroy()
  const bundle = join(assembly, Metadata['aws:asset:path']!)
  if (!existsSync(bundle)) throw new Error(`no bundle at ${bundle}`)
  return { name, bundle, variables: Environment?.Variables ?? {} }
}
