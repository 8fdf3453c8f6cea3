import { Stack } from 'aws-cdk-lib'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'

export interface AlarmTopicProps {
  readonly alarmTopic?: ITopic
  readonly alarmEmail?: string
}

/** Where alarms are told, if anywhere: the given topic, or one of our own for the given address. */
export function topicOf(scope: Construct, props: AlarmTopicProps): ITopic | undefined {
  const { alarmTopic, alarmEmail } = props
  const topic = alarmTopic ?? (alarmEmail && new Topic(scope, 'Topic', { enforceSSL: true }))
  if (!topic) return undefined
  if (alarmEmail) topic.addSubscription(new EmailSubscription(alarmEmail))
  letAlarmsPublish(topic, Stack.of(scope).account)
  return topic
}

/**
 * A policy of a topic's own, such as the one that demands TLS, takes the place of the one that
 * lets the whole account publish. Without this every alarm is refused, and says so only in its
 * history (SNS guide, "CloudWatch alarms", on AWS:SourceAccount).
 */
function letAlarmsPublish(topic: ITopic, account: string) {
  topic.grantPublish(
    new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  )
}
