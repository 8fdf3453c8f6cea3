import {
  DeleteParametersCommand,
  paginateGetParametersByPath,
  SSMClient,
} from '@aws-sdk/client-ssm'
import type { Access } from './trial.ts'

/** Removes all parameters below a path, ten at a time, the most that one call takes. */
export async function removeParameters(path: string, access: Access): Promise<void> {
  const client = new SSMClient(access)
  for (const page of await pagesBelow(path, client))
    await client.send(new DeleteParametersCommand({ Names: page }))
  client.destroy()
}

export async function parametersBelow(path: string, access: Access): Promise<string[]> {
  const client = new SSMClient(access)
  const pages = await pagesBelow(path, client)
  client.destroy()
  return pages.flat()
}

async function pagesBelow(path: string, client: SSMClient): Promise<string[][]> {
  const asked = { Path: path, Recursive: true, MaxResults: 10 }
  const pages = await Array.fromAsync(paginateGetParametersByPath({ client }, asked))
  return pages
    .map(({ Parameters = [] }) => Parameters.map(({ Name }) => Name!))
    .filter((page) => page.length > 0)
}
