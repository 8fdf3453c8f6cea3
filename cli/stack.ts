import { createApp } from '../api/app.ts'
import { apiHost } from '../backends/aws/api-host.ts'
import { readPlace, type Place } from '../backends/aws/env.ts'
import { systemClock } from '../mail/clock.ts'
import type { Carry } from './carry.ts'
import { exitCodes, Failure } from '../machine/failure.ts'
import { version } from '../machine/version.ts'
import { isSkewed } from './skew.ts'

/** Of a stack: the name of its api function, whose environment has everything else; its version. */
const outputs = { apiFunction: 'ApiFunction', version: 'Version' } as const

/**
 * The API of a Postern in AWS, run in this process with the user's AWS credentials: it needs
 * no key, and reaches what an HTTP API cannot carry. What only the send function may do, such as
 * reading a secret, it asks that function to do.
 *
 * @param log takes what went wrong here
 * @throws Failure when there is no such stack, it is no Postern, or AWS lets the caller not in
 */
export async function openStack(name: string, log: (line: object) => void): Promise<Carry> {
  const place = await placeOf(name).catch((cause: unknown) => notReached(name, cause))
  const { postern, forTests } = apiHost(place, { clock: systemClock })
  const app = createApp(postern, {
    access: 'owner',
    version,
    hostFacts: async () => ({ kind: 'function' as const }),
    forTests,
    log,
  })
  return async (request) => app.fetch(request)
}

/** Where the Postern of a stack keeps everything. */
export async function placeOf(stack: string): Promise<Place> {
  const fn = await apiFunctionOf(stack)
  const { LambdaClient, GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda')
  const command = new GetFunctionConfigurationCommand({ FunctionName: fn })
  const { Environment } = await new LambdaClient().send(command)
  return readPlace(Environment?.Variables ?? {})
}

async function apiFunctionOf(stack: string): Promise<string> {
  const { CloudFormationClient, DescribeStacksCommand } =
    await import('@aws-sdk/client-cloudformation')
  const command = new DescribeStacksCommand({ StackName: stack })
  const { Stacks = [] } = await new CloudFormationClient().send(command)
  const said = (name: string) =>
    Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue
  const found = said(outputs.apiFunction)
  if (!found)
    throw new Failure(
      exitCodes.no,
      `the stack ${stack} has no output ${outputs.apiFunction}: is it one of Postern?`,
    )
  checkVersion(stack, said(outputs.version))
  return found
}

/**
 * This code works on what the functions of the stack wrote, and they on what it writes: a minor
 * version apart they may misread each other. A stack that does not say, or is of an app of its own,
 * is trusted.
 */
function checkVersion(stack: string, deployed: string | undefined): void {
  if (deployed === undefined || !isSkewed(deployed)) return
  throw new Failure(
    exitCodes.no,
    `the stack ${stack} has Postern ${deployed}, and this is ${version}: deploy this version, or run that one`,
  )
}

/** AWS names what is wrong in `name`; its words hold the account and the role, never a secret. */
function notReached(stack: string, cause: unknown): never {
  if (cause instanceof Failure) throw cause
  const { name, message } = cause as Error
  throw new Failure(
    exitCodes.unreachable,
    `cannot reach the stack ${stack} (${name}): ${message}`,
    {
      cause,
    },
  )
}
