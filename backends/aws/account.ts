import type { AccountFacts } from '../../mail/doctor/account.ts'
import type { AwsAccess } from './clients.ts'

/** What is asked about. */
export interface Asked {
  readonly stack: string
  readonly senders: number
  /** Whether Amazon SES is one of the engines. */
  readonly usesSes: boolean
  /** The Region that SES sends from; null: the one of the stack. */
  readonly sesRegion: string | null
}

/**
 * Asks AWS about the account, with the credentials of the person who asks. What that person may not
 * ask is null: it says nothing about the deployment.
 */
export async function accountFacts(asked: Asked, access: AwsAccess = {}): Promise<AccountFacts> {
  const { senders, usesSes } = asked
  const [{ region, concurrency }, ses, subscriptions] = await Promise.all([
    lambdaFacts(access),
    usesSes ? told(sesFacts({ ...access, ...regionOf(asked) })) : null,
    told(subscriptionsOf(asked.stack, access)),
  ])
  const pending = subscriptions?.filter(({ arn }) => arn === 'PendingConfirmation')
  return {
    region,
    concurrency,
    senders,
    ses,
    unconfirmed: pending?.map(({ endpoint }) => endpoint) ?? null,
  }
}

function regionOf({ sesRegion }: Asked): AwsAccess {
  return sesRegion === null ? {} : { region: sesRegion }
}

/** Null where the caller may not ask, or the service is not there. */
function told<Value>(asking: Promise<Value>): Promise<Value | null> {
  return asking.catch(() => null)
}

async function lambdaFacts(access: AwsAccess) {
  const { LambdaClient, GetAccountSettingsCommand } = await import('@aws-sdk/client-lambda')
  const client = new LambdaClient(access)
  const settings = await told(client.send(new GetAccountSettingsCommand()))
  const concurrency = settings?.AccountLimit?.ConcurrentExecutions ?? null
  return { region: await client.config.region(), concurrency }
}

async function sesFacts(access: AwsAccess) {
  const { SESv2Client, GetAccountCommand } = await import('@aws-sdk/client-sesv2')
  const account = await new SESv2Client(access).send(new GetAccountCommand())
  return { inSandbox: account.ProductionAccessEnabled === false }
}

interface Subscription {
  readonly endpoint: string
  /** `PendingConfirmation` until it is confirmed. */
  readonly arn: string
}

/** Of the topics that the stack made; a topic from elsewhere tells whom its owner wants. */
async function subscriptionsOf(stack: string, access: AwsAccess): Promise<Subscription[]> {
  const { SNSClient, ListSubscriptionsByTopicCommand } = await import('@aws-sdk/client-sns')
  const client = new SNSClient(access)
  const topics = await topicsOf(stack, access)
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
