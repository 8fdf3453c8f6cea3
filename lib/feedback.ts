import { Duration } from 'aws-cdk-lib'
import {
  ConfigurationSetEventDestination,
  EmailSendingEvent,
  EventDestination,
  type IConfigurationSet,
} from 'aws-cdk-lib/aws-ses'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { feedbackTimes } from '../backends/aws/env.ts'
import { acknowledge } from './acknowledge.ts'
import { allow, type Grantee } from './permissions.ts'
import { queueDefaults, queuePair, type QueueProtection } from './queue-pair.ts'

/** What Amazon SES tells of each email that it took. */
export interface FeedbackProps {
  /**
   * That it was delivered: most of what feedback costs.
   *
   * @default true
   */
  readonly deliveries?: boolean
  /**
   * That SES took it, which all other events prove too, a little later.
   *
   * @default false
   */
  readonly sends?: boolean
  /**
   * That it was opened, which SES finds out by an image that it adds to the HTML.
   *
   * @default false
   */
  readonly opens?: boolean
  /**
   * That a link was clicked, which SES finds out by replacing every link.
   *
   * @default false
   */
  readonly clicks?: boolean
}

/** The queue by which providers' events come, and the one of those that could not be dealt with. */
export class Feedback extends Construct {
  readonly queue: Queue
  readonly deadLetterQueue: Queue
  /** Where Amazon SES publishes; undefined where it does not. */
  topic?: Topic

  private readonly props: QueueProtection

  constructor(scope: Construct, id: string, props: QueueProtection) {
    super(scope, id)
    this.props = props
    const pair = queuePair(this, {
      ...props,
      visibilitySeconds: feedbackTimes.visibilitySeconds,
      retention: Duration.days(10),
    })
    this.queue = pair.queue
    this.deadLetterQueue = pair.deadLetterQueue
  }

  /**
   * Has Amazon SES publish what becomes of the emails of these configuration sets. A topic with a key of
   * its own would need a key policy for SES, and what it carries rests only on the queue.
   */
  listen(
    configurationSet: IConfigurationSet,
    told: FeedbackProps,
    others: readonly IConfigurationSet[] = [],
  ) {
    this.topic = new Topic(this, 'Topic', { enforceSSL: true })
    acknowledge(this.topic, {
      id: 'AwsSolutions::AwsSolutions-SNS2',
      reason: 'Events pass through it and rest on the queue, which is encrypted.',
    })
    this.topic.addSubscription(
      new SqsSubscription(this.queue, {
        rawMessageDelivery: true,
        deadLetterQueue: this.undelivered(),
      }),
    )
    const how = { destination: EventDestination.snsTopic(this.topic), events: eventsOf(told) }
    // It adds to the topic's policy that SES may publish, for this configuration set alone.
    new ConfigurationSetEventDestination(this, 'Destination', { ...how, configurationSet })
    for (const other of others)
      new ConfigurationSetEventDestination(other, 'Feedback', { ...how, configurationSet: other })
  }

  /** Permission: to put signals on the queue. */
  grantPut(grantee: Grantee) {
    allow(grantee, { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] })
  }

  /** Permission: to put away what cannot be read. */
  grantBury(grantee: Grantee) {
    allow(grantee, { actions: ['sqs:SendMessage'], resources: [this.deadLetterQueue.queueArn] })
  }

  /** What SNS could not put on the queue. */
  private undelivered(): Queue {
    const queue = new Queue(this, 'Undelivered', {
      ...queueDefaults(this.props),
      retentionPeriod: Duration.days(14),
    })
    acknowledge(queue, {
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of a subscription.',
    })
    return queue
  }
}

function eventsOf({ deliveries = true, sends, opens, clicks }: FeedbackProps): EmailSendingEvent[] {
  return [
    EmailSendingEvent.BOUNCE,
    EmailSendingEvent.COMPLAINT,
    EmailSendingEvent.DELIVERY_DELAY,
    EmailSendingEvent.REJECT,
    ...(deliveries ? [EmailSendingEvent.DELIVERY] : []),
    ...(sends ? [EmailSendingEvent.SEND] : []),
    ...(opens ? [EmailSendingEvent.OPEN] : []),
    ...(clicks ? [EmailSendingEvent.CLICK] : []),
  ]
}
