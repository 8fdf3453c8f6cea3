import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2'
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam'
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda'
import { Key } from 'aws-cdk-lib/aws-kms'
import { HostedZone } from 'aws-cdk-lib/aws-route53'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { describe, expect, it } from 'vitest'
import { MailService, type MailServiceProps } from '../../lib/index.ts'
import { actionsOf, emptyApp, statementsOf, typedResources } from './synthesized.ts'

type Props = Partial<MailServiceProps>

/** A service that may send from example.com, with what `props` makes of its stack. */
function serviceWith(props: Props | ((stack: Stack) => Props) = {}) {
  const stack = new Stack(emptyApp(), 'Shop', {
    env: { account: '111122223333', region: 'eu-west-1' },
  })
  const more = typeof props === 'function' ? props(stack) : props
  const mail = new MailService(stack, 'Mail', {
    stage: 'shop',
    senderDomains: ['example.com'],
    ...more,
  })
  return { stack, mail }
}

function templateWith(props: Props | ((stack: Stack) => Props) = {}) {
  const { stack, mail } = serviceWith(props)
  const template = Template.fromStack(stack)
  const all = (type: string) =>
    Object.values(typedResources(template))
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties)
  return { template, mail, all }
}

const zoneOf = (stack: Stack, zoneName = 'example.com') =>
  HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z123', zoneName })

const certificateIn = (stack: Stack, region = 'eu-west-1') =>
  Certificate.fromCertificateArn(stack, 'Cert', `arn:aws:acm:${region}:111122223333:certificate/a`)

const vpcOf = (stack: Stack, subnetType: SubnetType, natGateways?: number) =>
  new Vpc(stack, 'Vpc', {
    natGateways,
    subnetConfiguration: [
      { name: 'public', subnetType: SubnetType.PUBLIC },
      { name: 'own', subnetType },
    ],
  })

const identity = 'arn:aws:ses:eu-west-1:444455556666:identity/example.com'

describe('templates', () => {
  it('are packed with the API alone, next to what is built', () => {
    const { stack } = serviceWith({ templates: 'templates' })
    const { directory } = App.of(stack)!.synth()
    const { files } = JSON.parse(readFileSync(join(directory, 'Shop.assets.json'), 'utf8')) as {
      files: Record<string, { source: { path: string } }>
    }
    const places = Object.values(files).map(({ source }) => resolve(directory, source.path))
    const packed = places.filter((place) =>
      existsSync(join(place, 'templates/one-time-code/template.json')),
    )
    expect(packed).toHaveLength(1)
    expect(existsSync(join(packed[0]!, 'index.mjs'))).toBe(true)
    expect(existsSync(join(packed[0]!, 'reading-thread.mjs'))).toBe(true)
  })

  it.each(['gone', 'package.json'])('are refused where %s is no folder', (templates) => {
    expect(() => serviceWith({ templates })).toThrow(
      `templates must be a folder (it is ${JSON.stringify(templates)})`,
    )
  })
})

describe('what contradicts itself or AWS would refuse is refused with the value and the rule', () => {
  it.each<[string, Props | ((stack: Stack) => Props), string]>([
    [
      'a domain without certificate',
      { domain: { name: 'mail.example.com' } },
      'domain "mail.example.com" needs a certificate',
    ],
    [
      'a domain that is none',
      (stack) => ({ domain: { name: 'https://x', certificate: certificateIn(stack) } }),
      'domain.name must be a domain in lower case (it is "https://x")',
    ],
    [
      'a certificate of another Region',
      (stack) => ({
        domain: { name: 'mail.example.com', certificate: certificateIn(stack, 'us-east-1') },
      }),
      'domain.certificate is in us-east-1: an HTTP API needs it in eu-west-1',
    ],
    [
      'a domain outside its zone',
      (stack) => ({ domain: { name: 'mail.example.org', hostedZone: zoneOf(stack) } }),
      'domain.name "mail.example.org" is not in the hosted zone example.com',
    ],
    [
      'no endpoint at all',
      { disableExecuteApiEndpoint: true },
      'disableExecuteApiEndpoint needs a domain',
    ],
    [
      'a VPC without a way out',
      (stack) => ({ vpc: vpcOf(stack, SubnetType.PRIVATE_ISOLATED, 0) }),
      'vpc Shop/Vpc has no private subnet with a way out',
    ],
    [
      'public subnets',
      (stack) => ({
        vpc: vpcOf(stack, SubnetType.PRIVATE_WITH_EGRESS),
        vpcSubnets: { subnetType: SubnetType.PUBLIC },
      }),
      'vpcSubnets: a function reaches AWS and mail servers from private subnets',
    ],
    [
      'subnets of no VPC',
      { vpcSubnets: { subnetType: SubnetType.PUBLIC } },
      'vpcSubnets and securityGroups need a vpc',
    ],
    [
      'alarms of which no one is told',
      { alarms: false, alarmEmail: 'ops@example.com' },
      'alarms is false, so alarmEmail',
    ],
    [
      'an alarm that does not exist',
      { alarms: { Dead: 1 } as Props['alarms'] },
      'alarms: Dead: must be of DeadLetters, OldestAge',
    ],
    [
      'a threshold below nothing',
      { alarms: { DeadLetters: -1 } },
      'alarms.DeadLetters must be false or a number from 0 (it is -1)',
    ],
    [
      'more senders than reserved',
      { senders: 10, reservedConcurrency: { send: 10 } },
      'reservedConcurrency.send must be more than senders, 10 (it is 10)',
    ],
    [
      'too little memory',
      { memory: { send: 128 } },
      'memory.send must be a whole number from 256 to 10240 (it is 128)',
    ],
    [
      'a queue that outlives dead letters',
      { queueRetention: Duration.days(14) },
      'queueRetention, in days, must be a whole number from 4 to 13 (it is 14)',
    ],
    [
      'no requests',
      { throttle: { requestsPerSecond: 0, burst: 1 } },
      'throttle.requestsPerSecond must be a whole number from 1',
    ],
    [
      'identities of no domain',
      { senderDomains: [], createIdentities: true },
      'ses and createIdentities need senderDomains',
    ],
    [
      'identities in another Region',
      { createIdentities: true, ses: { region: 'us-east-1' } },
      'createIdentities makes them in the Region of the stack, and ses.region is us-east-1',
    ],
    [
      'a Region that is none',
      { ses: { region: 'Virginia' } },
      'ses.region: an AWS Region such as eu-west-1',
    ],
    [
      'emptying a bucket that is kept',
      { autoDeleteObjects: true },
      'autoDeleteObjects needs removalPolicy DESTROY',
    ],
    [
      'records in another zone',
      (stack) => ({ createIdentities: true, hostedZone: zoneOf(stack, 'example.org') }),
      'senderDomains: example.com is not in the hosted zone example.org',
    ],
    [
      'a zone for nothing',
      (stack) => ({ hostedZone: zoneOf(stack) }),
      'hostedZone needs createIdentities',
    ],
    [
      'domains that are none',
      { senderDomains: ['*.example.com'] },
      'senderDomains must be domains',
    ],
    [
      'an engine that no function has',
      { locks: { engine: 'sendmail' } },
      'a function has no sendmail program',
    ],
    [
      'a lock on a Region of SES that no role may send from',
      { locks: { ses: { region: 'us-east-1' } } },
      'ses.region: us-east-1 is not what ses.region of the service says',
    ],
    [
      'an identity of SES that no role may use',
      { defaults: { ses: { identityArn: identity } } },
      `ses.identityArn: ${identity} is not what`,
    ],
    [
      'a port that no function reaches',
      { defaults: { engine: 'smtp', smtp: { host: 'mx.example.com', port: 25 } } },
      'smtp.port: no function reaches port 25',
    ],
    [
      'a relay in the function itself',
      { locks: { engine: 'smtp', smtp: { host: 'localhost', port: 587 } } },
      'smtp.host: localhost is the function itself',
    ],
    [
      'an address that gets no mail',
      { alarmEmail: 'ops' },
      'alarmEmail must be an email address (it is "ops")',
    ],
    [
      'tags that AWS keeps for itself',
      { tags: { 'aws:team': 'mail' } },
      'tags: "aws:team" must be 1 to 128',
    ],
    [
      'a topic of another Region',
      (stack) => ({
        alarmTopic: Topic.fromTopicArn(stack, 'T', 'arn:aws:sns:us-east-1:111122223333:oncall'),
      }),
      'alarmTopic is in us-east-1: it must be in eu-west-1',
    ],
    [
      'a key of another Region',
      (stack) => ({
        encryptionKey: Key.fromKeyArn(stack, 'K', 'arn:aws:kms:us-east-1:111122223333:key/a'),
      }),
      'encryptionKey is in us-east-1: it must be in eu-west-1',
    ],
    [
      'a domain in capitals, which API Gateway refuses',
      (stack) => ({ domain: { name: 'Mail.example.com', certificate: certificateIn(stack) } }),
      'domain.name must be a domain in lower case (it is "Mail.example.com")',
    ],
    [
      'a sender domain that is the MAIL FROM domain of another',
      { senderDomains: ['example.com', 'bounce.example.com'], createIdentities: true },
      'createIdentities makes bounce.example.com the MAIL FROM domain',
    ],
    [
      'more domains than a policy holds',
      { senderDomains: Array.from({ length: 60 }, (_, n) => `news-${n}.example.com`) },
      'senderDomains: 60 are too long for the policy of a role',
    ],
  ])('%s', (_what, props, words) => {
    expect(() => serviceWith(props)).toThrow(words)
  })

  it('names all faults at once', () => {
    expect(() => serviceWith({ memory: { api: 1 }, senders: 1 })).toThrow(/senders.*memory\.api/)
  })
})

describe('a domain', () => {
  it('is the name of the API, with alias records, and the only one if wanted', () => {
    const { mail, all } = templateWith((stack) => ({
      domain: {
        name: 'mail.example.com',
        certificate: certificateIn(stack),
        hostedZone: zoneOf(stack),
      },
      disableExecuteApiEndpoint: true,
    }))
    expect(mail.url).toBe('https://mail.example.com')
    expect(all('AWS::ApiGatewayV2::DomainName')).toMatchObject([{ DomainName: 'mail.example.com' }])
    expect(all('AWS::ApiGatewayV2::ApiMapping')).toHaveLength(1)
    expect(all('AWS::ApiGatewayV2::Api')).toMatchObject([{ DisableExecuteApiEndpoint: true }])
    const records = all('AWS::Route53::RecordSet')
    expect(records.map(({ Type }) => Type).toSorted()).toEqual(['A', 'AAAA'])
    for (const record of records)
      expect(record).toMatchObject({ Name: 'mail.example.com.', AliasTarget: {} })
  }, 60_000)

  it('gets a certificate that its zone proves', () => {
    const { all } = templateWith((stack) => ({
      domain: { name: 'mail.example.com', hostedZone: zoneOf(stack) },
    }))
    expect(all('AWS::CertificateManager::Certificate')).toMatchObject([
      { DomainName: 'mail.example.com', ValidationMethod: 'DNS' },
    ])
  })
})

describe('a VPC', () => {
  it('is where the send function runs, and it alone', () => {
    const { template, all } = templateWith((stack) => ({
      vpc: vpcOf(stack, SubnetType.PRIVATE_WITH_EGRESS),
    }))
    const inside = all('AWS::Lambda::Function').filter((it) => 'VpcConfig' in it)
    expect(inside.map(({ Description }) => Description)).toEqual(['Sends the emails on the queue'])
    expect(actionsOf(statementsOf(template, /^MailSendRole/))).toContain(
      'ec2:CreateNetworkInterface',
    )
  })
})

describe('private webhooks', () => {
  it('have their function inside of the VPC, and are allowed by none unless asked for', () => {
    const made = (privateWebhooks?: boolean) =>
      templateWith((stack) => ({
        vpc: vpcOf(stack, SubnetType.PRIVATE_WITH_EGRESS),
        ...(privateWebhooks !== undefined && { privateWebhooks }),
      })).all('AWS::Lambda::Function')
    const inside = made(true).filter((it) => 'VpcConfig' in it)
    expect(inside.map(({ Description }) => Description)).toContain(
      'Tells the endpoints of webhooks',
    )
    const allowed = (functions: ReturnType<typeof made>) =>
      functions.map(({ Environment }) => JSON.stringify(Environment).match(/PRIVATE":"(\w+)/)?.[1])
    expect(new Set(allowed(made(true)))).toEqual(new Set(['on']))
    expect(new Set(allowed(made()))).toEqual(new Set(['off']))
  })
})

describe('alarms and dashboard', () => {
  it('can be left out, all or one, and have other thresholds', () => {
    const none = templateWith({ alarms: false, dashboard: false })
    expect(none.all('AWS::CloudWatch::Alarm')).toEqual([])
    expect(none.all('AWS::CloudWatch::Dashboard')).toEqual([])
    const { mail } = serviceWith({ alarms: { DeadLetters: 10, Stalled: false } })
    expect(Object.keys(mail.alarms!.all)).not.toContain('Stalled')
    const { DeadLetters } = mail.alarms!.all
    expect((DeadLetters!.node.defaultChild as CfnAlarm).threshold).toBe(10)
  })

  it('tell a topic of yours, which lets them', () => {
    const { template, all, mail } = templateWith((stack) => ({
      alarmTopic: new Topic(stack, 'Ours', { enforceSSL: true }),
    }))
    expect(mail.alarms!.topic!.node.path).toBe('Shop/Ours')
    expect(all('AWS::SNS::Topic')).toHaveLength(2)
    expect(JSON.stringify(template.findResources('AWS::SNS::TopicPolicy'))).toContain(
      'cloudwatch.amazonaws.com',
    )
  })
})

describe('sizes', () => {
  it('are those that were asked for', () => {
    const { all } = templateWith({
      memory: { send: 1_769, api: 1_024 },
      reservedConcurrency: { send: 20 },
      throttle: { requestsPerSecond: 50, burst: 60 },
      queueRetention: Duration.days(5),
      logLevel: 'WARN',
      tags: { team: 'mail' },
    })
    const functions = all('AWS::Lambda::Function')
    expect(functions.map(({ MemorySize }) => MemorySize).toSorted()).toEqual([
      1_024, 1_769, 256, 512,
    ])
    expect(functions.map((it) => it['ReservedConcurrentExecutions'])).toContain(20)
    for (const { Environment, Tags } of functions) {
      expect(Environment).toMatchObject({ Variables: { POWERTOOLS_LOG_LEVEL: 'WARN' } })
      expect(Tags).toContainEqual({ Key: 'team', Value: 'mail' })
    }
    expect(all('AWS::ApiGatewayV2::Stage')).toMatchObject([
      { DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 60 } },
    ])
    expect(all('AWS::SQS::Queue').map((it) => it['MessageRetentionPeriod'])).toContain(5 * 86_400)
  })
})

describe('a key of your own', () => {
  it('encrypts table, bucket and queues, and all that use them may use it', () => {
    const { template, all } = templateWith((stack) => ({ encryptionKey: new Key(stack, 'Own') }))
    expect(all('AWS::DynamoDB::Table')).toMatchObject([{ SSESpecification: { SSEType: 'KMS' } }])
    expect(JSON.stringify(all('AWS::S3::Bucket'))).toContain('aws:kms')
    for (const queue of all('AWS::SQS::Queue')) expect(queue).toHaveProperty('KmsMasterKeyId')
    for (const role of [/^MailSendRole/, /^MailApiRole/, /^MailSchedulesRole/]) {
      const using = statementsOf(template, role).filter(({ Resource }) =>
        JSON.stringify(Resource).includes('"Own'),
      )
      expect(actionsOf(using)).toEqual(
        expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey']),
      )
    }
  })
})

describe('Amazon SES', () => {
  it('sends with a configuration set that is there already', () => {
    const { all, mail } = templateWith({ ses: { configurationSet: 'ours' } })
    expect(all('AWS::SES::ConfigurationSet')).toEqual([])
    expect(mail.ses!.configurationSet!.configurationSetName).toBe('ours')
    expect(JSON.stringify(all('AWS::Lambda::Function'))).toContain('ours')
  })

  it('gets a configuration set and a tenant for each project that is named, which may send with them', () => {
    const { all, template } = templateWith({
      createTenants: ['shop', 'blog'],
      senderDomains: ['example.com', 'shop.example.com'],
      defaults: {
        projects: {
          shop: {
            from: { address: 'orders@shop.example.com' },
            senderDomains: ['shop.example.com'],
          },
        },
      },
      createIdentities: true,
    })
    expect(all('AWS::SES::ConfigurationSet')).toHaveLength(3)
    const tenants = all('AWS::SES::Tenant') as {
      TenantName: string
      ResourceAssociations: object[]
    }[]
    const associated = tenants.map(({ ResourceAssociations }) =>
      [...JSON.stringify(ResourceAssociations).matchAll(/identity\/([a-z.]+)/g)].map(
        ([, it]) => it,
      ),
    )
    expect(associated).toEqual([['shop.example.com'], ['example.com', 'shop.example.com']])
    // What SES tells of each of them comes back, too.
    expect(all('AWS::SES::ConfigurationSetEventDestination')).toHaveLength(3)
    for (const { ResourceAssociations } of tenants)
      expect(JSON.stringify(ResourceAssociations)).toContain('configuration-set/')
    const waits = Object.values(template.findResources('AWS::SES::Tenant')) as {
      DependsOn?: string[]
    }[]
    for (const { DependsOn = [] } of waits) expect(DependsOn.join()).toContain('Identities')
    const settings = JSON.stringify(all('AWS::Lambda::Function'))
    for (const { TenantName } of tenants) expect(settings).toContain(TenantName)
    expect(tenants.map(({ TenantName }) => TenantName)).toEqual([
      expect.stringMatching(/^Shop-Mail-Tenants-shop-\w+$/),
      expect.stringMatching(/^Shop-Mail-Tenants-blog-\w+$/),
    ])
    expect(settings).toContain('orders@shop.example.com')
  })

  it('names a tenant as SES takes it, however long its project is', () => {
    const longest = Array.from('ab', (end) => `${'a-long-name-'.repeat(3)}${end}`)
    const { all } = templateWith({ createTenants: longest, senderDomains: ['example.com'] })
    const names = (all('AWS::SES::Tenant') as { TenantName: string }[]).map((one) => one.TenantName)
    expect(new Set(names).size).toBe(2)
    for (const name of names) expect(name).toMatch(/^[\w-]{1,64}$/)
  })

  it.each([
    [{ createTenants: ['The Shop'] }, 'defaults: projects.The Shop: '],
    [{ createTenants: ['a', 'a'] }, 'createTenants: a must be there once'],
    [{ createTenants: ['a'], senderDomains: [] }, 'createTenants needs senderDomains'],
    [
      { createTenants: ['a'], ses: { region: 'us-east-1' } },
      'createTenants: SES is used in us-east-1',
    ],
    [
      { createTenants: ['a'], defaults: { projects: { a: { ses: { tenant: 'b' } } } } },
      'createTenants: defaults.projects.a.ses names others',
    ],
  ])('makes no tenants for %o, and says why', (props, why) => {
    expect(() => serviceWith(props)).toThrow(why)
  })

  it('may be asked for the identity of a domain, of those above it and of single addresses', () => {
    const { template } = templateWith({ senderDomains: ['mail.example.com'] })
    const [asking] = statementsOf(template, /^MailSendRole/).filter(
      ({ Sid }) => Sid === 'SesIdentity',
    )
    const names = [asking!.Resource]
      .flat()
      .map((it) => /identity\/([^"]+)/.exec(JSON.stringify(it))![1])
    expect(names.toSorted()).toEqual(['*@mail.example.com', 'example.com', 'mail.example.com'])
  })

  it('gets an identity for each sender domain, with DKIM, MAIL FROM and DMARC in the zone', () => {
    const { all, mail } = templateWith((stack) => ({
      createIdentities: true,
      hostedZone: zoneOf(stack),
      senderDomains: ['example.com', 'news.example.com'],
    }))
    expect(all('AWS::SES::EmailIdentity')).toMatchObject([
      {
        EmailIdentity: 'example.com',
        MailFromAttributes: { MailFromDomain: 'bounce.example.com' },
      },
      { EmailIdentity: 'news.example.com' },
    ])
    const records = all('AWS::Route53::RecordSet')
    const ofType = (type: string) => records.filter(({ Type }) => Type === type)
    expect(ofType('CNAME')).toHaveLength(6)
    expect(ofType('MX')).toContainEqual(
      expect.objectContaining({
        Name: 'bounce.example.com',
        ResourceRecords: ['10 feedback-smtp.eu-west-1.amazonses.com'],
      }),
    )
    expect(ofType('TXT')).toContainEqual(
      expect.objectContaining({
        Name: '_dmarc.example.com',
        ResourceRecords: ['"v=DMARC1; p=none"'],
      }),
    )
    expect(mail.identities!.records).toHaveLength(12)
  })
})

describe('a bucket that is to go', () => {
  it('is emptied if wanted, and else stays for as long as it holds something', () => {
    const goes = { removalPolicy: RemovalPolicy.DESTROY }
    const emptying = 'Custom::S3AutoDeleteObjects'
    expect(templateWith({ ...goes, autoDeleteObjects: true }).all(emptying)).toHaveLength(1)
    expect(templateWith(goes).all(emptying)).toEqual([])
  })
})

describe('people', () => {
  const actionsWith = (grant: (mail: MailService, role: Role) => void) => {
    const { stack, mail } = serviceWith()
    grant(mail, new Role(stack, 'Person', { assumedBy: new AccountPrincipal('111122223333') }))
    return actionsOf(statementsOf(Template.fromStack(stack), /^Person/))
  }

  it('may look and change nothing with grantRead', () => {
    const actions = actionsWith((mail, role) => mail.grantRead(role))
    expect(actions).toEqual(
      expect.arrayContaining([
        'cloudformation:DescribeStacks',
        'dynamodb:Query',
        's3:GetObject',
        'ssm:GetParameter',
      ]),
    )
    expect(actions.filter((it) => /Put|Delete|Update|Send|Invoke|Create|Write/.test(it))).toEqual(
      [],
    )
  })

  it('may not read with grantRead what proves a message on the queue', () => {
    const { stack, mail } = serviceWith()
    mail.grantRead(new Role(stack, 'Person', { assumedBy: new AccountPrincipal('111122223333') }))
    const reading = statementsOf(Template.fromStack(stack), /^Person/).filter((statement) =>
      actionsOf([statement]).includes('dynamodb:GetItem'),
    )
    const but = {
      'ForAllValues:StringNotEquals': {
        'dynamodb:LeadingKeys': ['message-key', 'link-keys', 'webhook-secrets'],
      },
    }
    expect(reading).toMatchObject([{ Condition: but }])
  })

  it('may only put on the queue with grantSend', () => {
    const { stack, mail } = serviceWith()
    const code = { runtime: Runtime.NODEJS_24_X, handler: 'a.b', code: Code.fromInline('1') }
    mail.grantSend(new Function(stack, 'Producer', code), { project: 'shop' })
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { POSTERN_PROJECT: 'shop' } },
    })
    expect(actionsOf(statementsOf(Template.fromStack(stack), /^Producer/))).toEqual([
      'sqs:SendMessage',
    ])
  })

  it('may do all that the api function may with grantOperate, but read secrets', () => {
    const actions = actionsWith((mail, role) => mail.grantOperate(role))
    const { stack } = serviceWith()
    const ofApi = actionsOf(statementsOf(Template.fromStack(stack), /^MailApiRole/))
    const own = ofApi.filter((action) => !action.startsWith('logs:'))
    expect(actions).toEqual(expect.arrayContaining(own))
    expect(actions).not.toContain('kms:Decrypt')
  })
})
