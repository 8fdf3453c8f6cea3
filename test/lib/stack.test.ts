import { beforeAll, describe, expect, it } from 'vitest'
import { version } from '../../machine/version.ts'
import {
  actionsOf,
  production,
  statementsOf,
  templateOf,
  typedResources,
  type Statement,
  type TypedResource,
} from './synthesized.ts'

/** The groups of schedules that stood before each had a name of its own. */
const deployedBefore: Readonly<Record<string, string>> = {
  staging: 'Posternstaging-Mail-Schedules-Group-CC1F32EE',
  production: 'Posternproduction-Mail-Schedules-Group-6442A3DB',
}

/** What is true of both stages, and of the functions' permissions. */
describe.each([
  ['staging', {}],
  ['production', production],
])('the stack of %s', (stage, context) => {
  let made: ReturnType<typeof templateOf>
  beforeAll(() => {
    made = templateOf(context)
  }, 60_000)

  const send = () => statementsOf(made.template, /^MailSendRole/)
  const api = () => statementsOf(made.template, /^MailApiRole/)

  it('keeps its resources under the same names for ever: renaming one would lose what it holds', () => {
    const types = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::KMS::Key']
    const ids = types.flatMap((type) => Object.keys(made.template.findResources(type)))
    expect(ids.toSorted()).toEqual([
      'MailFeedbackDeadLetters5E49FB1E',
      'MailFeedbackQueueE508681F',
      ...(stage === 'production' ? ['MailFeedbackUndelivered03446405'] : []),
      'MailNoticesDeadLetters73CE2163',
      'MailNoticesQueue4B615743',
      'MailOutboxDeadLetters0F19FDDA',
      'MailOutboxQueueC292DAE7',
      'MailSettingsKeyF4A9380F',
      'MailStorageBucketD7C0E714',
      'MailStorageTable0A512B35',
    ])
  })

  it('keeps records in one table on demand, which forgets what has expired', () => {
    expect(made.one('AWS::DynamoDB::Table').Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'x', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      GlobalSecondaryIndexes: [
        { IndexName: 'list', Projection: { ProjectionType: 'KEYS_ONLY' } },
        { IndexName: 'state', Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    })
  })

  it('hides a received message longer than an invocation takes, and keeps it longer than any patience', () => {
    const queues = made.all('AWS::SQS::Queue').map(({ Properties }) => Properties)
    const queue = queues.find(({ VisibilityTimeout }) => VisibilityTimeout === 370)!
    expect(queue).toMatchObject({
      VisibilityTimeout: 370,
      MessageRetentionPeriod: 10 * 86_400,
      RedrivePolicy: { maxReceiveCount: 500 },
      SqsManagedSseEnabled: true,
    })
    const deadLetters = queues.find((properties) => !('RedrivePolicy' in properties))!
    expect(deadLetters).toMatchObject({
      MessageRetentionPeriod: 14 * 86_400,
      SqsManagedSseEnabled: true,
    })
    const timeout = functionOf('Sends the emails on the queue')['Timeout'] as number
    expect(timeout).toBe(300)
    // Else CreateEventSourceMapping refuses it; why not six times as long: docs/decisions.
    expect(queue['VisibilityTimeout']).toBeGreaterThan(timeout)
    // What kills the function is received once in every visibility time-out: it must be buried by
    // SQS before the queue forgets it.
    const { maxReceiveCount } = queue['RedrivePolicy'] as { maxReceiveCount: number }
    const buried = maxReceiveCount * (queue['VisibilityTimeout'] as number)
    expect(buried).toBeLessThan((queue['MessageRetentionPeriod'] as number) / 2)
  })

  it('encrypts the bucket, closes it to the public and requires TLS', () => {
    const { Properties } = made.one('AWS::S3::Bucket')
    expect(Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    })
  })

  it.each(['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy'])(
    'denies what comes without TLS: %s',
    (type) => {
      const policies = made.all(type)
      expect(policies.length).toBeGreaterThan(0)
      for (const { Properties } of policies) {
        const { Statement } = Properties['PolicyDocument'] as { Statement: Statement[] }
        expect(Statement).toContainEqual(
          expect.objectContaining<Partial<Statement>>({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        )
      }
    },
  )

  it('removes captures, requests, uploads and returned email in time, and never the content of an email', () => {
    const { LifecycleConfiguration } = made.one('AWS::S3::Bucket').Properties as {
      LifecycleConfiguration: { Rules: { Prefix?: string; ExpirationInDays?: number }[] }
    }
    const expiring = LifecycleConfiguration.Rules.filter((rule) => rule.ExpirationInDays)
    const days = expiring.map((rule) => [rule.Prefix, rule.ExpirationInDays])
    expect(days.toSorted()).toEqual([
      ['captured/', 30],
      ['downloads/', 1],
      ['requests/', 15],
      ['strays/', 30],
      ['uploads/', 2],
    ])
  })

  it('runs its functions on arm64 and Node 24 with a log that ends', () => {
    for (const { Properties } of made.all('AWS::Lambda::Function'))
      expect(Properties).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x' })
    const logs = made.all('AWS::Logs::LogGroup')
    expect(logs).toHaveLength(5)
    for (const { Properties } of logs) expect(Properties['RetentionInDays']).toBe(30)
  })

  it('hands over ten at a time, and only those again that were deferred', () => {
    const mappings = made.all('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties)
    expect(mappings.map(({ ScalingConfig }) => ScalingConfig)).toEqual([
      { MaximumConcurrency: 5 },
      { MaximumConcurrency: 10 },
      { MaximumConcurrency: 10 },
    ])
    for (const mapping of mappings)
      expect(mapping).toMatchObject({
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      })
  })

  it('writes down what became of emails with permission for records, and for why SES has an address on its list', () => {
    const actions = actionsOf(statementsOf(made.template, /^MailReportRole/))
    expect(actions).toContain('dynamodb:UpdateItem')
    const others = actions.filter((action) => /s3:|ses:|ssm:|scheduler:|lambda:/.test(action))
    expect(others).toEqual(stage === 'production' ? ['ses:GetSuppressedDestination'] : [])
  })

  it('lets only the API and who tells them read what webhooks are signed with', () => {
    const but = { 'ForAllValues:StringNotEquals': { 'dynamodb:LeadingKeys': ['webhook-secrets'] } }
    const conditionsOf = (role: RegExp) =>
      statementsOf(made.template, role)
        .filter((statement) => actionsOf([statement]).includes('dynamodb:GetItem'))
        .map(({ Condition }) => Condition)
    expect(conditionsOf(/^MailApiRole/)).toEqual([undefined])
    expect(conditionsOf(/^MailNotifyRole/)).toEqual([undefined])
    expect(conditionsOf(/^MailSendRole/)).toEqual([but])
    expect(conditionsOf(/^MailReportRole/)).toEqual([but])
  })

  it('tells webhooks with permission for records and its own queue, and for nothing else', () => {
    const own = statementsOf(made.template, /^MailNotifyRole/)
    const services = new Set(actionsOf(own).map((action) => action.split(':')[0]))
    expect([...services].toSorted()).toEqual(['dynamodb', 'logs', 'sqs'])
    const queues = own.filter((statement) => actionsOf([statement]).join().includes('sqs:'))
    for (const { Resource } of queues)
      expect(JSON.stringify(Resource)).toContain('MailNoticesQueue')
    expect(actionsOf(own).filter((action) => action.includes('*'))).toEqual([])
    const queue = made.template.findResources('AWS::SQS::Queue')['MailNoticesQueue4B615743'] as {
      Properties: object
    }
    expect(queue.Properties).toMatchObject({
      VisibilityTimeout: 240,
      MessageRetentionPeriod: 10 * 86_400,
      RedrivePolicy: { maxReceiveCount: 500 },
    })
    expect(functionOf('Tells the endpoints of webhooks')['Timeout']).toBe(180)
  })

  it("has the send function asked once a day which contents have had their time, and what SES's list has", () => {
    const rules = made.all('AWS::Events::Rule').map(({ Properties }) => Properties) as unknown as {
      ScheduleExpression: string
      Targets: { Arn: unknown; Input: string }[]
    }[]
    expect(new Set(rules.map((rule) => rule.ScheduleExpression))).toEqual(new Set(['rate(1 day)']))
    const targets = rules.flatMap(({ Targets }) => Targets)
    const asked = targets.map(({ Input }) => (JSON.parse(Input) as { ask: string }).ask)
    const walks = stage === 'production' ? ['walkSuppressed'] : []
    expect(asked.toSorted()).toEqual(['sweep', ...walks])
    for (const { Arn } of targets) expect(JSON.stringify(Arn)).toContain('Send')
  })

  it('lets only the send function read secrets, and only the api function write them', () => {
    expect(actionsOf(send())).toContain('kms:Decrypt')
    expect(actionsOf(send())).not.toContain('ssm:PutParameter')
    expect(actionsOf(api())).toContain('ssm:PutParameter')
    expect(actionsOf(api())).not.toContain('kms:Decrypt')
    expect(readable(api()).filter((name) => name.includes('secrets'))).toEqual([])
  })

  it('lets a schedule put on the queues and do nothing else', () => {
    const actions = actionsOf(statementsOf(made.template, /^MailSchedulesRole/))
    expect(new Set(actions)).toEqual(new Set(['sqs:SendMessage']))
  })

  it('lets schedules of its own groups act as their role, of the version before too', () => {
    const roles = made.template.findResources('AWS::IAM::Role') as Record<string, TypedResource>
    const [id] = Object.keys(roles).filter((name) => name.startsWith('MailSchedulesRole'))
    const { Statement } = roles[id!]!.Properties['AssumeRolePolicyDocument'] as {
      Statement: { Condition: { ArnLike: { 'aws:SourceArn': unknown[] } } }[]
    }
    const groups = Statement[0]!.Condition.ArnLike['aws:SourceArn'].map((arn) =>
      JSON.stringify(arn)
        .replace(/^.*:schedule-group\//, '')
        .replace(/".*$/, ''),
    )
    expect(groups).toEqual([`postern-${stage}-*`, deployedBefore[stage]])
  })

  it('lets the send function alone put dead letters away', () => {
    const burying = (statements: readonly Statement[]) =>
      statements.filter(
        ({ Action, Resource }) =>
          [Action].flat().includes('sqs:SendMessage') &&
          JSON.stringify(Resource).includes('DeadLetters'),
      )
    expect(burying(send())).toHaveLength(1)
    expect(burying(api())).toEqual([])
    expect(actionsOf(api())).not.toContain('sqs:ChangeMessageVisibility')
  })

  it('gives every action a resource of its own where AWS knows one', () => {
    const wide = [...send(), ...api()].filter(({ Resource }) => Resource === '*')
    const allowed = [
      'cloudwatch:GetMetricData',
      'cloudwatch:GetMetricStatistics',
      'ses:GetAccount',
      'ses:ListSuppressedDestinations',
      'ses:DeleteSuppressedDestination',
    ]
    expect(actionsOf(wide).filter((action) => !allowed.includes(action))).toEqual([])
  })

  it('uses no action with a wildcard', () => {
    expect(actionsOf([...send(), ...api()]).filter((action) => action.includes('*'))).toEqual([])
  })

  it('answers everything by one route, and writes no path into its log', () => {
    expect(made.one('AWS::ApiGatewayV2::Route').Properties).toMatchObject({ RouteKey: '$default' })
    const { AccessLogSettings } = made.one('AWS::ApiGatewayV2::Stage').Properties as {
      AccessLogSettings: { Format: string }
    }
    expect(AccessLogSettings.Format).not.toMatch(/path|sourceIp|authorizer/i)
  })

  it('tells where it is', () => {
    const outputs = Object.keys(made.template.findOutputs('*'))
    const wanted = ['ApiUrl', 'QueueUrl', 'SettingsParameter', 'CaptureBucket', 'TableName']
    expect(outputs).toEqual(expect.arrayContaining(wanted))
  })

  it('tells its version, which postern --stack compares with its own', () => {
    expect(made.template.findOutputs('Version')['Version']).toMatchObject({ Value: version })
  })

  it('uses only Ref in outputs, so that a place without HTTP APIs can deploy the rest', () => {
    for (const [name, { Value }] of Object.entries(made.template.findOutputs('*')))
      expect(JSON.stringify(Value), name).not.toContain('Fn::GetAtt')
  })

  function functionOf(description: string): Readonly<Record<string, unknown>> {
    const found = made
      .all('AWS::Lambda::Function')
      .find(({ Properties }) => Properties['Description'] === description)
    return found!.Properties
  }

  function readable(statements: readonly Statement[]): string[] {
    return statements
      .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('ssm:Get')))
      .map(({ Resource }) => JSON.stringify(Resource))
  }

  it(`names its parameters after the stage: ${stage}`, () => {
    expect(functionOf('Sends the emails on the queue')['Environment']).toMatchObject({
      Variables: { POSTERN_SETTINGS_PARAMETER: `/postern/${stage}/settings` },
    })
  })
})

/** What holds mail or what mail needs. */
function stateful({ template }: ReturnType<typeof templateOf>) {
  const types = [
    'DynamoDB::Table',
    'S3::Bucket',
    'KMS::Key',
    'SQS::Queue',
    'Scheduler::ScheduleGroup',
  ]
  const found = Object.values(typedResources(template)).filter(({ Type }) =>
    types.includes(Type.slice(5)),
  )
  expect(found.length).toBeGreaterThanOrEqual(8)
  return found
}

describe('staging', () => {
  const made = () => templateOf()

  it('cannot send: no role has an action of Amazon SES, and the engine is locked to capturing', () => {
    const { template, all } = made()
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toMatch(/"ses:/)
    expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).not.toMatch(/"ses:/)
    expect(all('AWS::SES::ConfigurationSet')).toEqual([])
    for (const { Properties } of all('AWS::Lambda::Function'))
      expect(Properties['Environment']).toMatchObject({
        Variables: { POSTERN_SETTINGS_LOCKS: '{"engine":"noop"}' },
      })
  })

  it('leaves nothing behind when it is removed', () => {
    const { one } = made()
    for (const type of ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key'])
      expect(one(type).DeletionPolicy, type).toBe('Delete')
  })
})

describe('production', () => {
  const made = (more: Record<string, unknown> = {}) => templateOf({ ...production, ...more })

  it('may send from its domains, by the configuration set of its own, and from nowhere else', () => {
    const { template } = made({ senderDomains: 'example.com, mail.example.org' })
    const statements = statementsOf(template, /^MailSendRole/)
    const sending = statements.find(({ Sid }) => Sid === 'SesSend')!
    expect(sending).toMatchObject({
      Effect: 'Allow',
      Action: ['ses:SendEmail', 'ses:SendRawEmail'],
      Condition: { StringLike: { 'ses:FromAddress': ['*@example.com', '*@mail.example.org'] } },
    })
    const resources = JSON.stringify(sending.Resource)
    expect(resources).toContain(':identity/*')
    expect(resources).toContain(':configuration-set/')
    expect(actionsOf(statementsOf(template, /^MailApiRole/)).join()).not.toContain('ses:')
  })

  it('hears from Amazon SES what became of each email, on a queue of its own', () => {
    const { all, one, template } = made()
    const { EventDestination } = one('AWS::SES::ConfigurationSetEventDestination').Properties
    expect(EventDestination).toMatchObject({
      Enabled: true,
      MatchingEventTypes: ['bounce', 'complaint', 'deliveryDelay', 'reject', 'delivery'],
    })
    const { Properties: subscription } = one('AWS::SNS::Subscription')
    expect(subscription).toMatchObject({ Protocol: 'sqs', RawMessageDelivery: true })
    expect(JSON.stringify(subscription['RedrivePolicy'])).toContain('MailFeedbackUndelivered')
    expect(JSON.stringify(subscription['Endpoint'])).toContain('MailFeedbackQueue')
    const [topic] = all('AWS::SNS::Topic')
    expect(topic!.Properties ?? {}).not.toHaveProperty('FifoTopic')
    const queue = template.findResources('AWS::SQS::Queue')['MailFeedbackQueueE508681F'] as {
      Properties: object
    }
    expect(queue.Properties).toMatchObject({
      VisibilityTimeout: 180,
      RedrivePolicy: { maxReceiveCount: 500 },
    })
  })

  it('lets SES alone publish to that topic, and that topic alone write to that queue', () => {
    const { all } = made()
    const statementsIn = (type: string) =>
      all(type).flatMap(
        ({ Properties }) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
      )
    const allowed = (type: string) => statementsIn(type).filter(({ Effect }) => Effect === 'Allow')
    expect(allowed('AWS::SNS::TopicPolicy')).toEqual([
      expect.objectContaining({
        Action: 'sns:Publish',
        Principal: { Service: 'ses.amazonaws.com' },
        Condition: {
          StringEquals: {
            'AWS:SourceAccount': expect.anything() as unknown,
            'AWS:SourceArn': expect.anything() as unknown,
          },
        },
      }),
    ])
    const writers = allowed('AWS::SQS::QueuePolicy')
    expect(writers.length).toBeGreaterThan(0)
    for (const writer of writers) {
      expect(writer).toMatchObject({ Principal: { Service: 'sns.amazonaws.com' } })
      expect(JSON.stringify(writer.Condition)).toContain('MailFeedbackTopic')
    }
  })

  it('hears of opens and clicks only when asked to, and of nothing when told so', () => {
    const heard = (feedback: object | false) =>
      made({ feedback })
        .all('AWS::SES::ConfigurationSetEventDestination')
        .map(({ Properties }) => JSON.stringify(Properties['EventDestination']))
    expect(heard({ opens: true, clicks: true })[0]).toMatch(/"open","click"/)
    expect(heard({ deliveries: false })[0]).not.toContain('"delivery"')
    expect(heard(false)).toEqual([])
  })

  it('keeps what holds mail when it is removed, queues included, unless told otherwise', () => {
    for (const { Type, DeletionPolicy, UpdateReplacePolicy } of stateful(made())) {
      expect(['Retain', 'RetainExceptOnCreate'], Type).toContain(DeletionPolicy)
      expect(UpdateReplacePolicy, Type).toBe('Retain')
    }
    for (const { Type, DeletionPolicy } of stateful(made({ removalPolicy: 'destroy' })))
      expect(DeletionPolicy, Type).toBe('Delete')
  })

  it('leaves nothing of a failed first deployment but an empty table, which it cannot delete', () => {
    const left = stateful(made()).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')
    expect(left.map(({ Type }) => Type)).toEqual(['AWS::DynamoDB::Table'])
    expect(left[0]!.Properties).toMatchObject({ DeletionProtectionEnabled: true })
    expect(left[0]!.Properties).not.toHaveProperty('TableName')
  })

  it('is protected against being removed by mistake, unless all is to go with it', () => {
    expect(made().stack.terminationProtection).toBe(true)
    expect(made({ removalPolicy: 'destroy' }).stack.terminationProtection).toBe(false)
    expect(templateOf().stack.terminationProtection).toBe(false)
  })

  it('sends with its configuration set unless the defaults name another', () => {
    const defaultsIn = ({ all }: ReturnType<typeof made>) =>
      JSON.stringify(
        all('AWS::Lambda::Function').map(({ Properties }) => Properties['Environment']),
      )
    expect(defaultsIn(made())).toContain('MailSesConfigurationSet')
    const own = made({ defaults: '{"ses":{"configurationSet":"ours"}}' })
    expect(defaultsIn(own)).toContain('ours')
    expect(defaultsIn(own)).not.toContain('{"Ref":"MailSesConfigurationSet')
  })

  it('takes no email from other domains, and leaves the engine to the settings', () => {
    const { all } = made()
    for (const { Properties } of all('AWS::Lambda::Function'))
      expect(Properties['Environment']).toMatchObject({
        Variables: { POSTERN_SETTINGS_LOCKS: '{"senderDomains":["example.com"]}' },
      })
  })
})
