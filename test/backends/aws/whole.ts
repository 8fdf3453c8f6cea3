import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics } from '@aws-lambda-powertools/metrics'
import middy from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { sender } from '../../../functions/send/sender.ts'
import { compose } from '../../../mail/compose/compose.ts'
import { fleet } from '../../../mail/deliver/fleet.ts'
import { openEngine } from '../../../engines/index.ts'
import { accept, type AcceptOptions } from '../../../mail/accept/accept.ts'
import { guardian } from '../../../mail/guardian/guardian.ts'
import { pace } from '../../../mail/deliver/pace.ts'
import { room } from '../../../mail/room.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import type { Email } from '../../../mail/email/email.ts'
import type { Backend } from '../../../mail/ports/backend.ts'
import type { Clock } from '../../../mail/ports/clock.ts'
import type { Postern } from '../../../mail/ports/postern.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import { settingsInForce } from '../../../mail/configure/in-force.ts'
import type { AwsBackend } from '../../../backends/aws/index.ts'
import { aRecord } from '../../functions/sqs-record.ts'
import { asking, emailRequest } from '../../open-postern.ts'
import type { FakeMessage } from '../../remote/fake-sqs.ts'
import { startSmtpServer, type SmtpServer } from '../../remote/smtp-server.ts'
import type { VirtualAws } from './places.ts'

/** A Postern on AWS that sends to an SMTP server: both sending, the queue between them. */
export interface WholeAws extends VirtualAws {
  readonly smtp: SmtpServer
  readonly postern: Postern
  /** As the api function accepts it; the id. */
  accept(change?: Partial<EmailRequest>, options?: AcceptOptions): Promise<string>
  email(id: string): Promise<Email | undefined>
  /** What is due, at most so many, as an event source mapping takes it. */
  take(most?: number): FakeMessage[]
  /** Has the send function deal with messages, and removes those that it is done with. */
  readonly send: Sender
  /** Another environment of the send function. */
  sender(backend?: Backend & Pick<AwsBackend, 'inbox' | 'sweepContents'>): Sender
  /** What the send function tells an event source mapping. */
  handle(messages: readonly FakeMessage[]): Promise<SQSBatchResponse>
  /** Takes and sends whatever is due until nothing is. */
  drain(): Promise<void>
  configure(settings: SavedSettings): Promise<void>
}

/** Those that it was done with. */
type Sender = (messages: readonly FakeMessage[]) => Promise<readonly FakeMessage[]>

const everyone = { owner: 'local', project: 'default', scope: '*', capture: false }

export async function wholeAws(
  virtual: VirtualAws,
  print: (line: string) => void = () => undefined,
): Promise<WholeAws> {
  const { backend, clock, sqs, place } = virtual
  const smtp = await startSmtpServer()
  const postern = posternOf(backend, clock)
  const configure = async (settings: SavedSettings) => {
    const { version } = await backend.settings.read()
    await backend.settings.write(settings, {}, version)
    await postern.inForce.refresh()
  }
  await configure({ from: { address: 'no-reply@own.test' }, ...smtpTo(smtp.port) })

  function openSender(
    own: Backend & Pick<AwsBackend, 'inbox' | 'sweepContents'> = backend,
  ): Sender {
    const sending = sender({ place, backend: own, ...printing(print), memoryMb: 512 })
    return async (messages) => {
      const results = await sending.batch({ Records: messages.map(recordOf) }, 300_000)
      const done = messages.filter((_, i) => results[i]!.status === 'fulfilled')
      for (const { receipt } of done) sqs.remove(place.queueUrl, receipt)
      return done
    }
  }

  const first = openSender()
  const take = (most = 10) => sqs.receive(place.queueUrl, most)
  return {
    ...virtual,
    smtp,
    postern,
    configure,
    take,
    send: first,
    sender: openSender,
    async accept(change, options) {
      const accepted = await accept(postern, asking(emailRequest(change)), everyone, options)
      if (accepted.kind !== 'accepted') throw new Error(`not accepted but ${accepted.kind}`)
      return accepted.id
    },
    async handle(messages) {
      const sending = sender({ place, backend, ...printing(print), memoryMb: 512 })
      const handler = middy<SQSEvent, SQSBatchResponse>()
        .use(sqsPartialBatchFailure({ logger: () => undefined }))
        .handler(((event: SQSEvent) => sending.batch(event, 300_000)) as never)
      return await handler({ Records: messages.map(recordOf) }, {} as Context)
    },
    email: (id) => backend.emails.get(id, '*'),
    async drain() {
      for (let messages = take(); messages.length > 0; messages = take()) await first(messages)
    },
    async close() {
      await virtual.close()
      await smtp.close()
    },
  }
}

export function smtpTo(port: number): SavedSettings {
  return { engine: 'smtp', smtp: { host: '127.0.0.1', port, security: 'none' } }
}

export function posternOf(backend: Backend, clock: Clock): Postern {
  const { settings: store, captures } = backend
  const inForce = settingsInForce({ store, clock })
  return {
    ...backend,
    inForce,
    fleet: fleet({ open: openEngine, store, captures, clock }),
    pace: pace(clock),
    guardian: guardian({ ...backend, inForce }),
    room: room(1e9),
    compose,
    random: Math.random,
  }
}

function recordOf({ id, body, receipt, sentAt, receives }: FakeMessage): SQSRecord {
  return aRecord(body, { messageId: id, receiptHandle: receipt, sentAt, receives })
}

/** What the send function writes into its log. */
function printing(print: (line: string) => void) {
  const logger = new Logger({ serviceName: 'postern' })
  const metrics = new Metrics({ namespace: 'Postern/test', serviceName: 'postern' })
  for (const one of [logger, metrics] as unknown as { console: Console }[])
    one.console = { ...console, log: print, info: print, warn: print, error: print }
  return { logger, metrics }
}
