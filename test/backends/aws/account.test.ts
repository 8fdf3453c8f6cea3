import { describe, expect, it, onTestFinished } from 'vitest'
import { accountFacts } from '../../../backends/aws/account.ts'
import { answer, startHttpServer, type HttpExchange } from '../../remote/http-server.ts'

const topic = 'arn:aws:sns:eu-west-1:111122223333:Alarms'

/** The four services, as they answer on the wire. */
async function startAccount(denied: readonly string[] = []) {
  const server = await startHttpServer((exchange) => {
    if (!exchange.whole) return undefined
    const asked = askedOf(exchange)
    if (denied.includes(asked)) return { say: answer(403, '<ErrorResponse/>', {}) }
    return { say: answers[asked]!() }
  })
  onTestFinished(() => server.close())
  return {
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  }
}

function askedOf({ path, body }: HttpExchange): string {
  return new URLSearchParams(String(body)).get('Action') ?? path
}

const json = (value: object) =>
  answer(200, JSON.stringify(value), { 'Content-Type': 'application/json' })

const xml = (action: string, result: string) =>
  answer(
    200,
    `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`,
    { 'Content-Type': 'text/xml' },
  )

const member = (entries: Record<string, string>) =>
  `<member>${Object.entries(entries)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</member>`

const answers: Readonly<Record<string, () => string>> = {
  '/2016-08-19/account-settings': () => json({ AccountLimit: { ConcurrentExecutions: 10 } }),
  '/v2/email/account': () => json({ ProductionAccessEnabled: false }),
  DescribeStackResources: () =>
    xml(
      'DescribeStackResources',
      `<StackResources>${member({ ResourceType: 'AWS::SNS::Topic', PhysicalResourceId: topic })}${member({ ResourceType: 'AWS::SQS::Queue', PhysicalResourceId: 'q' })}</StackResources>`,
    ),
  ListSubscriptionsByTopic: () =>
    xml(
      'ListSubscriptionsByTopic',
      `<Subscriptions>${member({ Endpoint: 'late@own.org', SubscriptionArn: 'PendingConfirmation' })}${member({ Endpoint: 'ops@own.org', SubscriptionArn: `${topic}:1` })}</Subscriptions>`,
    ),
}

const asked = { stack: 'Postern-production', senders: 5, usesSes: true, sesRegion: null }

describe('the facts of an account', () => {
  it('are what Lambda, SES and SNS say', async () => {
    expect(await accountFacts(asked, await startAccount())).toEqual({
      region: 'eu-west-1',
      concurrency: 10,
      senders: 5,
      ses: { inSandbox: true },
      unconfirmed: ['late@own.org'],
    })
  })

  it('are unknown where the caller may not ask, and say nothing then', async () => {
    const denied = Object.keys(answers)
    expect(await accountFacts(asked, await startAccount(denied))).toMatchObject({
      concurrency: null,
      ses: null,
      unconfirmed: null,
    })
  })

  it('leave SES alone where it does not send', async () => {
    const facts = await accountFacts({ ...asked, usesSes: false }, await startAccount())
    expect(facts.ses).toBeNull()
  })
})
