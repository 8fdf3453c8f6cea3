import type { AccountFacts } from '../../mail/doctor/account.ts'
import type { AwsAccess } from './clients.ts'
import { sesFacts, type AskedOfSes } from './ses-facts.ts'
import { asking, type Asking } from './asking.ts'

/** What is asked about. */
export interface Asked {
  readonly stack: string
  readonly senders: number
  /** What Amazon SES is asked; undefined where it is none of the engines. */
  readonly ses?: AskedOfSes
}

/**
 * Asks AWS about the account, with the credentials of the person who asks. What that person may not
 * ask is null, and named: it says nothing about the deployment.
 */
export async function accountFacts(asked: Asked, access: AwsAccess = {}): Promise<AccountFacts> {
  const { stack, senders, ses } = asked
  const ask = asking()
  const [{ region, concurrency }, ofSes, subscriptions] = await Promise.all([
    lambdaFacts(access, ask),
    ses ? sesFacts(ses, access, ask) : null,
    subscriptionsOf(stack, access, ask),
  ])
  const pending = subscriptions?.filter(({ arn }) => arn === 'PendingConfirmation')
  return {
    region,
    concurrency,
    senders,
    ses: ofSes,
    unconfirmed: pending?.map(({ endpoint }) => endpoint) ?? null,
    unknown: ask.refused(),
  }
}

async function lambdaFacts(access: AwsAccess, { told }: Asking) {
  const { LambdaClient, GetAccountSettingsCommand } = await import('@aws-sdk/client-lambda')
  const client = new LambdaClient(access)
  const asked = client.send(new GetAccountSettingsCommand())
  const settings = await told('lambda:GetAccountSettings', asked)
  const concurrency = settings?.AccountLimit?.ConcurrentExecutions ?? null
  return { region: await client.config.region(), concurrency }
}

interface Subscription {
  readonly endpoint: string
  /** `PendingConfirmation` until it is confirmed. */
  readonly arn: string
}

/** Of the topics that the stack made; a topic from elsewhere tells whom its owner wants. */
async function subscriptionsOf(
  stack: string,
  access: AwsAccess,
  { told }: Asking,
): Promise<Subscription[] | null> {
  const topics = await told('cloudformation:DescribeStackResources', topicsOf(stack, access))
  return topics && told('sns:ListSubscriptionsByTopic', subscriptionsTo(topics, access))
}

async function subscriptionsTo(topics: readonly string[], access: AwsAccess) {
  const { SNSClient, ListSubscriptionsByTopicCommand } = await import('@aws-sdk/client-sns')
  const client = new SNSClient(access)
  const lists = await Promise.all(
    topics.map((TopicArn) => client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))),
  )
  return lists.flatMap(({ Subscriptions = [] }) =>
    Subscriptions.map(({ Endpoint = '', SubscriptionArn = '' }) => ({
      endpoint: Endpoint,
      arn: SubscriptionArn,
    })),
  )
}

async function topicsOf(stack: string, access: AwsAccess): Promise<string[]> {
  const { CloudFormationClient, DescribeStackResourcesCommand } =
    await import('@aws-sdk/client-cloudformation')
  const command = new DescribeStackResourcesCommand({ StackName: stack })
  const { StackResources = [] } = await new CloudFormationClient(access).send(command)
  return StackResources.flatMap(({ ResourceType, PhysicalResourceId }) =>
    ResourceType === 'AWS::SNS::Topic' && PhysicalResourceId ? [PhysicalResourceId] : [],
  )
}
