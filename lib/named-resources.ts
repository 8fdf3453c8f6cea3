import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2'
import { Key } from 'aws-cdk-lib/aws-kms'
import { HostedZone } from 'aws-cdk-lib/aws-route53'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import type { DomainProps } from './custom-domain.ts'
import type { MailServiceProps } from './mail-service-props.ts'

/** What is there already, by its name: for a command line, which has no constructs. */
export interface NamedResources {
  /** The ARN of a topic. */
  readonly alarmTopic?: string
  /** The ARN of a key. */
  readonly encryptionKey?: string
  readonly domain?: NamedDomain
  readonly hostedZone?: NamedZone
  readonly vpc?: NamedVpc
}

interface NamedDomain {
  readonly name: string
  readonly certificateArn?: string
  readonly hostedZone?: NamedZone
}

interface NamedZone {
  readonly id: string
  readonly name: string
}

interface NamedVpc {
  readonly id: string
  /** Private ones, with a way out. */
  readonly subnetIds: readonly string[]
  readonly securityGroupIds?: readonly string[]
}

/** The props that they are. */
export function resourcesNamed(
  scope: Construct,
  { alarmTopic, encryptionKey, domain, hostedZone, vpc }: NamedResources,
): Partial<MailServiceProps> {
  return {
    ...(alarmTopic && { alarmTopic: Topic.fromTopicArn(scope, 'AlarmTopic', alarmTopic) }),
    ...(encryptionKey && { encryptionKey: Key.fromKeyArn(scope, 'EncryptionKey', encryptionKey) }),
    ...(domain && { domain: domainNamed(scope, domain) }),
    ...(hostedZone && { hostedZone: zoneNamed(scope, 'Zone', hostedZone) }),
    ...(vpc && networkNamed(scope, vpc)),
  }
}

function domainNamed(scope: Construct, { name, certificateArn, hostedZone }: NamedDomain) {
  const domain: DomainProps = {
    name,
    ...(certificateArn && {
      certificate: Certificate.fromCertificateArn(scope, 'DomainCertificate', certificateArn),
    }),
    ...(hostedZone && { hostedZone: zoneNamed(scope, 'DomainZone', hostedZone) }),
  }
  return domain
}

function zoneNamed(scope: Construct, id: string, { id: hostedZoneId, name }: NamedZone) {
  return HostedZone.fromHostedZoneAttributes(scope, id, { hostedZoneId, zoneName: name })
}

function networkNamed(scope: Construct, { id, subnetIds, securityGroupIds }: NamedVpc) {
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: id,
    privateSubnetIds: [...subnetIds],
    // CDK wants one of each for each subnet, and a function looks at none of them.
    availabilityZones: subnetIds.map((_, n) => `zone ${n}`),
    privateSubnetRouteTableIds: subnetIds.map((_, n) => `table ${n}`),
  })
  const securityGroups = securityGroupIds?.map((group) =>
    SecurityGroup.fromSecurityGroupId(scope, group, group),
  )
  return { vpc, ...(securityGroups && { securityGroups }) }
}
