import { describe, expect, it, onTestFinished } from 'vitest'
import { examineAccount } from '../../../mail/doctor/account.ts'
import { accountFacts } from '../../../backends/aws/account.ts'
import { answer, startHttpServer, type HttpExchange } from '../../remote/http-server.ts'

const topic = 'arn:aws:sns:eu-west-1:111122223333:Alarms'

/** The four services, as they answer on the wire. */
async function startAccount(denied: readonly string[] = []) {
  const server = await startHttpServer((exchange) => {
    if (!exchange.whole) return undefined
    const asked = askedOf(exchange)
    if (denied.includes(asked)) return { say: answer(403, '<ErrorResponse/>', {}) }
    return { say: answers[asked]?.() ?? notFound }
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
  '/v2/email/identities/example.com': () =>
    json({
      VerifiedForSendingStatus: true,
      DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS' },
      MailFromAttributes: { MailFromDomain: 'bounce.example.com', MailFromDomainStatus: 'PENDING' },
      FeedbackForwardingStatus: false,
    }),
  '/v2/email/identities/ops%40own.org': () => json({ VerifiedForSendingStatus: true }),
  '/v2/email/configuration-sets/ours/event-destinations': () =>
    json({ EventDestinations: [{ Name: 'a', Enabled: true, MatchingEventTypes: ['BOUNCE'] }] }),
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

const notFound = answer(404, '{}', {
  'Content-Type': 'application/json',
  'x-amzn-errortype': 'NotFoundException',
})

const ses = {
  region: null,
  sender: 'ops@own.org',
  domains: ['mail.example.com', 'own.org', 'strange.org'],
  configurationSet: 'ours',
}

const asked = { stack: 'Postern-production', senders: 5, ses }

describe('the facts of an account', () => {
  it('are what Lambda, SES and SNS say', async () => {
    expect(await accountFacts(asked, await startAccount())).toEqual({
      region: 'eu-west-1',
      concurrency: 10,
      senders: 5,
      ses: {
        region: 'eu-west-1',
        inSandbox: true,
        publishesBounces: true,
        identities: [
          {
            ...{ domain: 'mail.example.com', identity: 'example.com' },
            ...{ isVerified: true, isSigned: true, mailFrom: 'broken', forwardsFeedback: false },
          },
          {
            ...{ domain: 'own.org', identity: 'ops@own.org' },
            ...{ isVerified: true, isSigned: false, mailFrom: 'ses', forwardsFeedback: true },
          },
          {
            ...{ domain: 'strange.org', identity: null },
            ...{ isVerified: false, isSigned: false, mailFrom: 'ses', forwardsFeedback: true },
          },
        ],
      },
      unconfirmed: ['late@own.org'],
      unknown: [],
    })
  })

  it('are unknown where the caller may not ask, and name what was refused', async () => {
    const identities = ses.domains.map((domain) => `/v2/email/identities/${domain}`)
    const denied = [...Object.keys(answers), ...identities]
    const facts = await accountFacts(asked, await startAccount(denied))
    expect(facts).toMatchObject({
      concurrency: null,
      ses: { inSandbox: null, identities: [], publishesBounces: null },
      unconfirmed: null,
      unknown: [
        'cloudformation:DescribeStackResources',
        'lambda:GetAccountSettings',
        'ses:GetAccount',
        'ses:GetConfigurationSetEventDestinations',
        'ses:GetEmailIdentity',
      ],
    })
    expect(examineAccount(facts)).toEqual([])
  })

  it('leave SES alone where it does not send', async () => {
    const facts = await accountFacts({ ...asked, ses: undefined }, await startAccount())
    expect(facts.ses).toBeNull()
  })
})
