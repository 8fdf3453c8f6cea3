import { NestedStack, Stack, Stage } from 'aws-cdk-lib'
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { MailService, type MailServiceProps } from '../../lib/index.ts'
import { emptyApp, typedResources, type TypedResource } from './synthesized.ts'

const sending = { stage: 'shop', senderDomains: ['example.com'], alarmEmail: 'ops@example.com' }

function hostStack(): Stack {
  return new Stack(emptyApp(), 'Host')
}

function shopIn(stack: Stack, props: Partial<MailServiceProps> = {}): MailService {
  return new MailService(stack, 'Mail', { ...sending, ...props })
}

describe('a service in the stack of another app', () => {
  it('leaves the description of the stack to its owner', () => {
    const stack = hostStack()
    shopIn(stack)
    expect(stack.templateOptions.description).toBeUndefined()
  })

  it('stands next to a second one of another stage', () => {
    const stack = hostStack()
    shopIn(stack)
    new MailService(stack, 'Other', { ...sending, stage: 'news' })
    const names = Object.values(typedResources(Template.fromStack(stack)))
      .filter(({ Type }) => collides.includes(Type))
      .map(({ Properties }) => JSON.stringify(Properties['Name'] ?? Properties['LogGroupName']))
      .filter((name) => name !== undefined)
    expect(warningsOf(stack)).toEqual([])
    expect(names).toHaveLength(6)
    expect(new Set(names).size).toBe(names.length)
  })

  it('is refused next to one of the same stage', () => {
    const stack = hostStack()
    shopIn(stack)
    expect(() => new MailService(stack, 'Other', sending)).toThrow(
      'stage "shop" is that of Host/Mail already',
    )
  })

  it.each([
    ['a nested stack', (host: Stack) => new NestedStack(host, 'Nested')],
    ['a stage of a pipeline', (host: Stack) => new Stack(new Stage(host, 'Beta'), 'Mail')],
  ])('may be in %s', (_where, inside) => {
    const stack = inside(hostStack())
    shopIn(stack)
    Template.fromStack(stack).resourceCountIs('AWS::SQS::Queue', 7)
    expect(warningsOf(stack)).toEqual([])
  })

  it.each(['', 'my_shop', 'a b', 'x'.repeat(33)])('refuses the stage %j', (stage) => {
    expect(() => shopIn(hostStack(), { stage })).toThrow(
      `stage must be 1 to 32 letters, digits and hyphens (it is "${stage}")`,
    )
  })
})

/** What `cdk synth` would warn of. */
function warningsOf(stack: Stack) {
  const found = Annotations.fromStack(stack.nestedStackParent ?? stack)
  return [...found.findWarning('*', Match.anyValue()), ...found.findError('*', Match.anyValue())]
}

/** The types of those names that must differ. */
const collides = ['AWS::SSM::Parameter', 'AWS::Scheduler::ScheduleGroup', 'AWS::Logs::LogGroup']

/** Why something has a name of its own; all else is named by CloudFormation, and never collides. */
const reasons: Readonly<Record<string, string>> = {
  'AWS::SSM::Parameter Name': 'it is there to collide: one service for each stage',
  'AWS::Scheduler::ScheduleGroup Name': 'CloudFormation makes none; it has the stack’s own digits',
  'AWS::Logs::LogGroup LogGroupName': 'the prefix matters; it has the stack’s own digits',
  'AWS::ApiGatewayV2::Api Name': 'a label, which others may have too',
  'AWS::ApiGatewayV2::Stage StageName': 'of its own API',
  'AWS::IAM::Policy PolicyName': 'of its own role',
}

describe('a resource with a name of its own', () => {
  let made: TypedResource[]
  beforeAll(() => {
    const stack = hostStack()
    shopIn(stack)
    made = Object.values(typedResources(Template.fromStack(stack)))
  }, 60_000)

  it('is on the list, with the reason', () => {
    const found = made.flatMap(({ Type, Properties = {} }) =>
      Object.keys(Properties)
        .filter((key) => isName(Type, key) && isFixed(Properties[key]))
        .map((key) => `${Type} ${key}`),
    )
    expect([...new Set(found)].toSorted()).toEqual(Object.keys(reasons).toSorted())
  })

  it('has the digits of its stack where it could outlive it', () => {
    const group = made.find(({ Type }) => Type === 'AWS::Scheduler::ScheduleGroup')!
    const log = made.find(({ Properties = {} }) => 'LogGroupName' in Properties)!
    for (const name of [group.Properties['Name'], log.Properties['LogGroupName']])
      expect(JSON.stringify(name)).toContain('AWS::StackId')
  })

  it('does not stand in the way of the same stage in another Region', () => {
    const dashboard = made.find(({ Type }) => Type === 'AWS::CloudWatch::Dashboard')!
    expect(dashboard.Properties).not.toHaveProperty('DashboardName')
  })
})

/** Such as QueueName of a queue; these name what others made. */
function isName(type: string, key: string): boolean {
  const refers = ['Lambda::Permission', 'Lambda::EventSourceMapping', 'CloudWatch::Alarm']
  if (refers.includes(type.slice(5)) && key !== 'AlarmName') return false
  return key === 'Name' || /^[A-Za-z]+Name$/.test(key)
}

/** A `Ref` or `GetAtt` alone is the name of something else. */
function isFixed(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && 'Fn::Join' in value!)
}
