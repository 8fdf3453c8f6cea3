import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  waitUntilStackDeleteComplete,
  type Stack,
} from '@aws-sdk/client-cloudformation'
import { emptyBucket } from './buckets.ts'
import { ownTag } from './options.ts'
import { removeParameters } from './parameters.ts'
import type { Access } from './trial.ts'

/** Longest that CloudFormation may take to delete a stack, in seconds. */
const longestDeletion = 1_800

export async function outputsOf(stack: string, access: Access): Promise<Record<string, string>> {
  const found = await find(new CloudFormationClient(access), stack)
  return Object.fromEntries(
    (found?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]),
  )
}

export async function isThere(stack: string, access: Access): Promise<boolean> {
  return (await find(new CloudFormationClient(access), stack)) !== undefined
}

/** The name that AWS gave to the first resource of a type. */
export async function resourceOf(stack: string, type: string, access: Access) {
  const [first] = await resourcesOf(new CloudFormationClient(access), stack, type)
  if (first === undefined) throw new Error(`${stack} has no ${type}`)
  return first
}

/**
 * Removes a stack of this run, what its bucket holds, and the parameters of its stage, which no
 * stack owns. One that is not there is removed already.
 *
 * @throws Error when the stack does not carry the tag of this run, and when it cannot be removed
 */
export async function destroyStack(
  { name, stack, stage }: { name: string; stack: string; stage: string },
  access: Access,
): Promise<void> {
  const client = new CloudFormationClient(access)
  const found = await find(client, stack)
  if (found) {
    if (!found.Tags?.some(({ Key, Value }) => Key === ownTag && Value === name))
      throw new Error(`${stack} is not of this run: it has no tag ${ownTag}=${name}`)
    for (const bucket of await resourcesOf(client, stack, 'AWS::S3::Bucket'))
      await emptyBucket(bucket, access)
    await client.send(new DeleteStackCommand({ StackName: found.StackId }))
    const waiting = { client, maxWaitTime: longestDeletion, minDelay: 1, maxDelay: 15 }
    await waitUntilStackDeleteComplete(waiting, { StackName: found.StackId })
  }
  await removeParameters(`/postern/${stage}`, access)
  client.destroy()
}

async function find(client: CloudFormationClient, stack: string): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }))
    return Stacks[0]
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined
    throw error
  }
}

async function resourcesOf(client: CloudFormationClient, stack: string, type: string) {
  const command = new DescribeStackResourcesCommand({ StackName: stack })
  const { StackResources = [] } = await client.send(command)
  return StackResources.flatMap(({ ResourceType, PhysicalResourceId: id }) =>
    ResourceType === type && id ? [id] : [],
  )
}
