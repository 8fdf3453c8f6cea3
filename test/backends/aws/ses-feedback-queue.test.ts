import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { expect, it, vi } from 'vitest'
import { pollFeedback } from '../../../engines/ses/feedback-queue.ts'
import { systemClock } from '../../../mail/clock.ts'
import type { Signal } from '../../../mail/email/signal.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { onAws } from './emulated.ts'

onAws('the queue of feedback, polled by one machine', (aws) => {
  it(
    'gives up what can be read once it is kept, and keeps the rest',
    { timeout: 60_000 },
    async () => {
      const { feedbackQueueUrl: QueueUrl } = await aws.place()
      const { endpoint, region, credentials } = aws.access as Required<typeof aws.access>
      vi.stubEnv('AWS_ENDPOINT_URL', String(endpoint))
      vi.stubEnv('AWS_REGION', String(region))
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST')
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
      const client = new SQSClient({ endpoint, region, credentials })
      const { id } = anEmail()
      const at = { timestamp: '2026-01-01T12:00:00.000Z' }
      const mail = {
        ...at,
        messageId: 'm',
        destination: ['ann@there.test'],
        tags: { postern_id: [id] },
      }
      const delivery = { ...at, recipients: ['ann@there.test'] }
      for (const MessageBody of [JSON.stringify({ eventType: 'Delivery', mail, delivery }), 'odd'])
        await client.send(new SendMessageCommand({ QueueUrl, MessageBody }))
      const put: Signal[] = []
      const refused: string[] = []
      const polling = pollFeedback({
        queueUrl: QueueUrl,
        signals: { put: async (signals) => void put.push(...signals) },
        clock: systemClock,
        onError: (error) => refused.push(String(error)),
        onRefused: (reason) => refused.push(reason),
      })
      await vi.waitFor(() => expect([put.length, refused.length]).toEqual([1, 1]), {
        timeout: 30_000,
      })
      await polling.stop()
      expect(put).toMatchObject([{ kind: 'delivered', emailId: id }])
      expect(refused).toEqual(['it is no event of Amazon SES'])
      client.destroy()
      vi.unstubAllEnvs()
    },
  )
})
