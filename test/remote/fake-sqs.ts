import { createHash } from 'node:crypto'
import type { Clock } from '../../mail/ports/clock.ts'
import { json, refusal, type AwsAnswer, type AwsCall, type AwsService } from './aws-front.ts'

/**
 * SQS in virtual time, with the limits that emulators do not keep: a standard queue that gives each
 * message at least once. Written after botocore's model of 2026-10 and the developer guide.
 */
export interface FakeSqs {
  /** Answers SQS, and the one CloudWatch metric that only SQS writes. */
  readonly service: AwsService
  /** Whether SQS takes this entry of a batch; one that it does not take is told of in a 200. */
  takes: (body: string) => boolean
  /** Everything on a queue that was not deleted. */
  on(queueUrl: string): FakeMessage[]
  /** Puts as another producer does. */
  put(queueUrl: string, body: string): FakeMessage
  /** Gives what is due, as an event source mapping does. */
  receive(queueUrl: string, most?: number, visibilitySeconds?: number): FakeMessage[]
  remove(queueUrl: string, receipt: string): boolean
  /** What a person does with dead letters by SQS's own means (StartMessageMoveTask). */
  move(from: string, to: string): void
}

export interface FakeMessage {
  readonly id: string
  readonly body: string
  /** Of which group, on a fair queue. */
  readonly group?: string
  readonly sentAt: number
  visibleAt: number
  receives: number
  receipt: string
}

export interface FakeSqsOptions {
  /** How long a received message is out of sight. */
  readonly visibilitySeconds?: number
  /** After so many receives a message goes to the queue whose name ends in `-dead`. */
  readonly redriveAfter?: number
}

const mebibyte = 1_048_576

export function fakeSqs(clock: Clock, options: FakeSqsOptions = {}): FakeSqs {
  const { visibilitySeconds: usual = 370, redriveAfter = Infinity } = options
  const queues = new Map<string, FakeMessage[]>()
  let made = 0
  let polls = 0

  const on = (url: string) => {
    const name = url.split('/').at(-1)!
    if (!queues.has(name)) queues.set(name, [])
    return queues.get(name)!
  }

  function put(url: string, body: string, delaySeconds = 0, group?: string): FakeMessage {
    const sentAt = clock.now()
    const message = {
      id: crypto.randomUUID(),
      ...(group !== undefined && { group }),
      ...{ body, sentAt, visibleAt: sentAt + delaySeconds * 1_000 },
      ...{ receives: 0, receipt: '' },
    }
    on(url).push(message)
    return message
  }

  function receive(url: string, most = 10, visibilitySeconds = usual): FakeMessage[] {
    const now = clock.now()
    const due = on(url).filter(({ visibleAt }) => visibleAt <= now)
    const given = due.slice(0, most).filter((message) => !gaveUp(url, message))
    for (const message of given) {
      message.receives += 1
      message.receipt = `${message.id} ${(made += 1)}`
      message.visibleAt = now + visibilitySeconds * 1_000
    }
    return given.map((message) => ({ ...message }))
  }

  function gaveUp(url: string, message: FakeMessage): boolean {
    if (url.endsWith('-dead') || message.receives < redriveAfter) return false
    take(url, message)
    on(`${url}-dead`).push({ ...message, visibleAt: clock.now() })
    return true
  }

  function take(url: string, message: FakeMessage) {
    on(url).splice(on(url).indexOf(message), 1)
  }

  function remove(url: string, receipt: string): boolean {
    const message = on(url).find((one) => one.id === receipt.split(' ')[0])
    if (message) take(url, message)
    return message !== undefined
  }

  const operations: Readonly<Record<string, (input: Input) => AwsAnswer>> = {
    SendMessage({ QueueUrl, MessageBody, DelaySeconds }) {
      const fault = faultOf(MessageBody, DelaySeconds)
      if (fault) return refusal(fault)
      const { id } = put(QueueUrl, MessageBody, DelaySeconds)
      return json({ MessageId: id, MD5OfMessageBody: md5(MessageBody) })
    },
    SendMessageBatch({ QueueUrl, Entries }) {
      const bytes = Entries.reduce((sum, one) => sum + Buffer.byteLength(one.MessageBody), 0)
      if (Entries.length > 10) return refusal('TooManyEntriesInBatchRequest')
      if (bytes > mebibyte) return refusal('BatchRequestTooLong')
      const fault = Entries.map(
        (one) => faultOf(one.MessageBody, one.DelaySeconds) ?? faultOfGroup(one.MessageGroupId),
      ).find(Boolean)
      if (fault) return refusal(fault)
      const taken = Entries.filter(({ MessageBody }) => fake.takes(MessageBody))
      const Failed = Entries.filter((one) => !taken.includes(one)).map(({ Id }) => ({
        ...{ Id, SenderFault: false },
        Code: 'ServiceUnavailable',
      }))
      const Successful = taken.map(({ Id, MessageBody, DelaySeconds, MessageGroupId }) => ({
        Id,
        MessageId: put(QueueUrl, MessageBody, DelaySeconds, MessageGroupId).id,
        MD5OfMessageBody: md5(MessageBody),
      }))
      return json({ Successful, Failed })
    },
    // A short poll asks only some of the servers, and may find nothing where messages are.
    ReceiveMessage({ QueueUrl, MaxNumberOfMessages, VisibilityTimeout, WaitTimeSeconds = 0 }) {
      if (WaitTimeSeconds === 0 && (polls += 1) % 2 === 0) return json({ Messages: [] })
      const Messages = receive(QueueUrl, MaxNumberOfMessages ?? 1, VisibilityTimeout)
      return json({ Messages: Messages.map(received) })
    },
    DeleteMessage({ QueueUrl, ReceiptHandle }) {
      remove(QueueUrl, ReceiptHandle)
      return json({})
    },
    ChangeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout }) {
      if (!(VisibilityTimeout >= 0 && VisibilityTimeout <= 43_200))
        return refusal('InvalidParameterValue')
      const message = on(QueueUrl).find(({ receipt }) => receipt === ReceiptHandle)
      if (!message || message.visibleAt <= clock.now()) return refusal('MessageNotInflight')
      message.visibleAt = clock.now() + VisibilityTimeout * 1_000
      return json({})
    },
    GetQueueAttributes({ QueueUrl }) {
      const now = clock.now()
      const count = (is: (message: FakeMessage) => boolean) => `${on(QueueUrl).filter(is).length}`
      return json({
        Attributes: {
          ApproximateNumberOfMessages: count(({ visibleAt }) => visibleAt <= now),
          ApproximateNumberOfMessagesNotVisible: count((m) => m.visibleAt > now && m.receives > 0),
          ApproximateNumberOfMessagesDelayed: count((m) => m.visibleAt > now && m.receives === 0),
        },
      })
    },
  }

  function oldestAge({ Dimensions }: Input): AwsAnswer {
    const waiting = on(Dimensions[0]!.Value).filter(
      ({ visibleAt, receives }) => receives > 0 || visibleAt <= clock.now(),
    )
    const ages = waiting.map(({ sentAt }) => (clock.now() - sentAt) / 1_000)
    const Datapoints = [{ Timestamp: clock.now() / 1_000, Maximum: Math.max(0, ...ages) }]
    return json({ Label: 'ApproximateAgeOfOldestMessage', Datapoints })
  }

  const fake: FakeSqs = {
    takes: () => true,
    service({ service, operation, input }: AwsCall) {
      if (service === 'sqs') return operations[operation]?.(input as unknown as Input)
      const isAge = input['MetricName'] === 'ApproximateAgeOfOldestMessage'
      if (service === 'monitoring' && isAge) return oldestAge(input as unknown as Input)
      return undefined
    },
    on,
    put,
    receive,
    remove,
    move(from, to) {
      for (const message of [...on(from)]) {
        take(from, message)
        on(to).push({ ...message, visibleAt: clock.now(), receives: 0 })
      }
    },
  }
  return fake
}

interface Input {
  readonly QueueUrl: string
  readonly MessageBody: string
  readonly DelaySeconds?: number
  readonly Entries: readonly {
    readonly Id: string
    readonly MessageBody: string
    readonly DelaySeconds?: number
    readonly MessageGroupId?: string
  }[]
  readonly MaxNumberOfMessages?: number
  readonly VisibilityTimeout: number
  readonly WaitTimeSeconds?: number
  readonly ReceiptHandle: string
  readonly Dimensions: readonly { Value: string }[]
}

/** What XML 1.0 cannot carry (https://www.w3.org/TR/REC-xml/#charsets). */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

function faultOf(body: string, delaySeconds = 0): string | undefined {
  if (Buffer.byteLength(body) > mebibyte) return 'InvalidParameterValue'
  if (illegal.test(body)) return 'InvalidMessageContents'
  return delaySeconds < 0 || delaySeconds > 900 ? 'InvalidParameterValue' : undefined
}

/** SQS API Reference, SendMessageBatchRequestEntry: alphanumeric characters and punctuation. */
function faultOfGroup(group?: string): string | undefined {
  return group === undefined || /^[!-~]{1,128}$/.test(group) ? undefined : 'InvalidParameterValue'
}

function received({ id, body, sentAt, receives, receipt }: FakeMessage) {
  return {
    MessageId: id,
    Body: body,
    MD5OfBody: md5(body),
    ReceiptHandle: receipt,
    Attributes: { SentTimestamp: `${sentAt}`, ApproximateReceiveCount: `${receives}` },
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
