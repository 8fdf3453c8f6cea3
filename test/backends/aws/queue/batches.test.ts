import type { SQSClient } from '@aws-sdk/client-sqs'
import { expect, it } from 'vitest'
import { sendAll } from '../../../../backends/aws/queue/batches.ts'

it('a message says its group and when it is due to who takes it, without being read', async () => {
  const inputs: unknown[] = []
  const send = async ({ input }: { input: unknown }) => (inputs.push(input), {})
  await sendAll({ send } as unknown as SQSClient, 'https://queue.test', [
    { body: 'a', delaySeconds: 60, group: 'bulk#1', dueAt: 1_000 },
    { body: 'b', delaySeconds: 0 },
  ])
  const text = (StringValue: string) => ({ DataType: 'String', StringValue })
  expect(inputs).toMatchObject([
    {
      Entries: [
        {
          MessageGroupId: 'bulk#1',
          MessageAttributes: { group: text('bulk#1'), dueAt: text('1000') },
        },
        { MessageBody: 'b', MessageAttributes: {} },
      ],
    },
  ])
})
