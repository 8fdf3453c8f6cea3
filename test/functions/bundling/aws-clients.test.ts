import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SSMClient } from '@aws-sdk/client-ssm'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { clients } from '../../../backends/aws/clients.ts'
import type { dynamoTable } from '../../../backends/aws/table/table.ts'
import { bundled } from './bundled.ts'

interface Clients {
  readonly clients: typeof clients
  readonly dynamoTable: typeof dynamoTable
  readonly ask: {
    parameter(ssm: SSMClient): Promise<unknown>
    visibility(sqs: SQSClient): Promise<unknown>
  }
}

const sources = `
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs'
export { clients } from './backends/aws/clients.ts'
export { dynamoTable } from './backends/aws/table/table.ts'
export const ask = {
  parameter: (ssm) => ssm.send(new GetParameterCommand({ Name: '/x' })),
  visibility: (sqs) =>
    sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: 'http://127.0.0.1/1/x', ReceiptHandle: 'x', VisibilityTimeout: 0 }),
    ),
}
`.replaceAll("'@", "'./node_modules/@")

describe('the clients of AWS in a bundle', () => {
  it(
    'name an error as the service does, and bring what is read of it',
    { timeout: 60_000 },
    async () => {
      const { clients, dynamoTable, ask } = await bundled<Clients>(sources)
      const endpoint = await startRefusingAws()
      const credentials = { accessKeyId: 'none', secretAccessKey: 'none' }
      const { ssm, sqs, dynamodb, close } = clients({ endpoint, region: 'us-east-1', credentials })
      onTestFinished(close)

      await expect(ask.parameter(ssm())).rejects.toMatchObject({
        name: 'ParameterNotFound',
        message: 'no such thing',
        $metadata: { httpStatusCode: 400 },
      })
      await expect(ask.visibility(sqs())).rejects.toMatchObject({ name: 'MessageNotInflight' })
      const table = dynamoTable(dynamodb, 'x')
      const condition = { text: 'attribute_not_exists(p)' }
      expect(await table.put({ p: 'a', s: 'b' }, condition)).toEqual({
        applied: false,
        item: { p: 'a', s: 'b', n: 'of another write' },
      })
    },
  )
})

/** Refuses everything, in the words of each service. */
async function startRefusingAws(): Promise<string> {
  const server = createServer((request, response) => {
    const target = String(request.headers['x-amz-target'])
    const type = Object.entries(refusals).find(([service]) => target.startsWith(service))![1]
    const Item = { p: { S: 'a' }, s: { S: 'b' }, n: { S: 'of another write' } }
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(JSON.stringify({ __type: type, message: 'no such thing', Item }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const refusals = {
  AmazonSSM: 'ParameterNotFound',
  AmazonSQS: 'com.amazonaws.sqs#MessageNotInflight',
  DynamoDB: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
}
