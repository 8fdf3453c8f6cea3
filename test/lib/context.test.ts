import { App } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { readContext } from '../../lib/context.ts'
import { makeStack, production, statementsOf, templateOf } from './synthesized.ts'

const zone = '{"id":"Z123","name":"example.com"}'

describe('what is said with -c', () => {
  it.each([
    [{ stage: 'prod' }, '-c stage must be staging or production (it is "prod")'],
    [{ stage: 'production' }, '-c senderDomains is needed in production'],
    [{ senderDomains: 'example.com' }, '-c senderDomains is for production only'],
    [{ name: 'Shop' }, '-c name must be 1 to 20 lower-case letters'],
    [{ name: 'a-name-of-21-characters' }, '-c name must be 1 to 20 lower-case letters'],
    [{ ...production, senderDomains: '' }, '-c senderDomains must be domains, such as'],
    [{ ...production, senderDomains: 'com' }, '-c senderDomains must be domains, such as'],
    [{ ...production, senderDomains: 'a_b.com' }, '-c senderDomains must be domains, such as'],
    [{ ...production, senderDomains: '*@example.com' }, '-c senderDomains must be domains'],
    [{ ...production, senderDomains: 7 }, '-c senderDomains must be domains, separated by commas'],
    [{ keepDays: 'x' }, '-c keepDays must be a whole number of days (it is "x")'],
    [{ keepDays: '0' }, '-c keepDays must be a whole number of days (it is "0")'],
    [{ senders: '1' }, '-c senders must be a whole number from 2 to 1000 (it is "1")'],
    [{ logRetentionDays: '8' }, '-c logRetentionDays must be one of 1, 3, 5, 7'],
    [{ alarmEmail: 'nobody' }, '-c alarmEmail must be an email address (it is "nobody")'],
    [{ removalPolicy: 'delete' }, '-c removalPolicy must be retain or destroy (it is "delete")'],
    [{ alarms: 'none' }, '-c alarms must be false or a JSON object'],
    [{ dashboard: 'no' }, '-c dashboard must be true or false (it is "no")'],
    [{ memory: '1024' }, '-c memory must be a JSON object such as {"send":1024} (it is "1024")'],
    [{ logLevel: 'LOUD' }, '-c logLevel must be one of DEBUG, INFO, WARN, ERROR'],
    [{ queueRetentionDays: '14' }, 'queueRetention, in days, must be a whole number from 4 to 13'],
    [{ throttle: '{"burst":1}' }, '-c throttle must be a JSON object such as'],
    [{ templates: 'gone' }, 'templates must be a folder (it is "gone")'],
    [{ alarmTopic: 'oncall' }, '-c alarmTopic must be the ARN of a topic, such as'],
    [{ encryptionKey: 'alias/mail' }, '-c encryptionKey must be the ARN of a key, such as'],
    [{ domain: 'mail.example.com' }, '-c domain must be a JSON object such as'],
    [{ domain: '{"name":"mail.example.com"}' }, 'domain "mail.example.com" needs a certificate'],
    [{ hostedZone: '{"id":"example.com"}' }, '-c hostedZone must be a JSON object such as'],
    [{ ...production, hostedZone: zone }, 'hostedZone needs createIdentities'],
    [{ vpc: 'vpc-1' }, '-c vpc must be a JSON object such as'],
    [{ vpc: '{"id":"vpc-0a1b2c3d","subnetIds":[]}' }, '-c vpc must be a JSON object such as'],
    [{ defaults: '{"engine":' }, '-c defaults must be settings as a JSON object'],
    [{ locks: '[]' }, '-c locks must be settings as a JSON object'],
    [{ defaults: '{"engine":"carrier pigeon"}' }, 'defaults: engine: '],
    [{ defaults: '{"smtp":{"prt":1}}' }, 'defaults: smtp.prt: unknown setting'],
    [{ ...production, locks: '{"fromPolicy":"default"}' }, 'defaults and locks: from.address: '],
    [{ locks: '{"engine":"smtp"}' }, 'locks.engine is "smtp": without senderDomains only "noop"'],
    [
      { ...production, locks: '{"senderDomains":["example.com","evil.com"]}' },
      'locks.senderDomains: evil.com is not in senderDomains',
    ],
    [
      { ...production, defaults: '{"from":{"address":"a@mail.example.com"}}' },
      'from.address: mail.example.com is not in senderDomains',
    ],
    [{ ...production, defaults: '{"engine":["ses","sendmail"]}' }, 'a function has no sendmail'],
    [
      {
        ...production,
        defaults: JSON.stringify({ headers: { 'X-Long': 'x'.repeat(900) } }),
        locks: JSON.stringify({ headers: { 'X-Other': 'x'.repeat(900) } }),
      },
      'too long for the 4096 bytes',
    ],
  ])('%j is refused with the value and the rule', (context, words) => {
    expect(() => makeStack(context)).toThrow(words)
  })

  it('may name one of several in an account, with stack and parameters of its own', () => {
    const { stack, one } = templateOf({ ...production, name: 'shop' })
    expect(stack.stackName).toBe('Postern-shop-production')
    expect(one('AWS::SSM::Parameter').Properties['Name']).toBe('/postern/shop-production/owner')
    expect(() => makeStack({ name: 'a23456789-123456789z' })).not.toThrow()
  }, 60_000)

  it('names all that is wrong at once', () => {
    expect(() => makeStack({ keepDays: 'x', senders: 'y' })).toThrow(/-c keepDays[^]*-c senders/)
  })

  it('takes text of the command line and values of cdk.json alike', () => {
    const text = { ...production, keepDays: '7', defaults: '{"keepContentDays":1}' }
    const values = {
      stage: 'production',
      senderDomains: ['example.com'],
      keepDays: 7,
      defaults: { keepContentDays: 1 },
    }
    const [read, asGiven] = [text, values].map((context) => readContext(new App({ context }).node))
    expect(read).toEqual(asGiven)
    expect(read).toMatchObject({ keepDays: 7, defaults: { keepContentDays: 1 } })
  })

  it('turns off what costs, and sizes what runs', () => {
    const context = {
      alarms: 'false',
      dashboard: 'false',
      memory: '{"send":1024}',
      tags: '{"a":"b"}',
    }
    expect(readContext(new App({ context }).node)).toMatchObject({
      alarms: false,
      dashboard: false,
      memory: { send: 1024 },
      tags: { a: 'b' },
    })
  })

  it('uses what is there already, by its name', () => {
    const { template, all } = templateOf({
      ...production,
      alarmTopic: 'arn:aws:sns:eu-west-1:111122223333:oncall',
      encryptionKey: 'arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef',
      domain: `{"name":"mail.example.com","hostedZone":${zone}}`,
      hostedZone: zone,
      createIdentities: 'true',
      vpc: '{"id":"vpc-0a1b2c3d","subnetIds":["subnet-0a1b2c3d"],"securityGroupIds":["sg-0a1b2c3d"]}',
    })
    for (const { Properties } of all('AWS::CloudWatch::Alarm'))
      expect(Properties['AlarmActions']).toEqual(['arn:aws:sns:eu-west-1:111122223333:oncall'])
    expect(all('AWS::DynamoDB::Table')[0]!.Properties['SSESpecification']).toMatchObject({
      KMSMasterKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef',
    })
    expect(all('AWS::ApiGatewayV2::DomainName')).toHaveLength(1)
    for (const { Properties } of all('AWS::Route53::RecordSet'))
      expect(Properties['HostedZoneId']).toBe('Z123')
    const inside = all('AWS::Lambda::Function').map(({ Properties }) => Properties['VpcConfig'])
    expect(inside).toContainEqual({
      SubnetIds: ['subnet-0a1b2c3d'],
      SecurityGroupIds: ['sg-0a1b2c3d'],
    })
    expect(template.findOutputs('ApiUrl')['ApiUrl']).toMatchObject({
      Value: 'https://mail.example.com',
    })
  })

  it('takes domains in any case and writing, each once, as SES compares them', () => {
    const { template } = templateOf({
      ...production,
      senderDomains: 'Example.COM, example.com,BÜCHER.example',
    })
    const [sending] = statementsOf(template, /^MailSendRole/).filter(({ Sid }) => Sid === 'SesSend')
    expect(sending!.Condition).toEqual({
      StringLike: { 'ses:FromAddress': ['*@example.com', '*@xn--bcher-kva.example'] },
    })
  })
})
