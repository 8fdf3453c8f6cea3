import { Stack } from 'aws-cdk-lib'
import { CfnRecordSet, type IHostedZone } from 'aws-cdk-lib/aws-route53'
import { EmailIdentity, Identity, type IConfigurationSet } from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'

export interface SenderIdentitiesProps {
  readonly senderDomains: readonly string[]
  readonly configurationSet?: IConfigurationSet
  /** @default - none: publish what `records` says yourself */
  readonly hostedZone?: IHostedZone
}

export interface DnsRecord {
  readonly name: string
  readonly type: 'CNAME' | 'MX' | 'TXT'
  readonly value: string
}

/** What receivers are asked to do with mail that only claims to come from a domain: report it. */
const dmarc = 'v=DMARC1; p=none'

/** Every sender domain as an identity of Amazon SES: Easy DKIM, MAIL FROM of its own, DMARC. */
export class SenderIdentities extends Construct {
  /** What the DNS must say. */
  readonly records: readonly DnsRecord[]

  constructor(scope: Construct, id: string, props: SenderIdentitiesProps) {
    super(scope, id)
    this.records = props.senderDomains.flatMap((domain) => this.make(domain, props))
  }

  private make(domain: string, { configurationSet, hostedZone }: SenderIdentitiesProps) {
    const mailFromDomain = `bounce.${domain}`
    const identity = new EmailIdentity(this, domain, {
      identity: Identity.domain(domain),
      mailFromDomain,
      configurationSet,
    })
    const records = [
      ...identity.dkimRecords.map(({ name, value }): DnsRecord => ({ name, type: 'CNAME', value })),
      ...mailFromRecords(mailFromDomain, Stack.of(this).region),
      text(`_dmarc.${domain}`, dmarc),
    ]
    if (hostedZone)
      records.forEach((record, n) => publish(identity, `Record${n}`, hostedZone, record))
    return records
  }
}

/** https://docs.aws.amazon.com/ses/latest/dg/mail-from.html */
function mailFromRecords(name: string, region: string): DnsRecord[] {
  return [
    { name, type: 'MX', value: `10 feedback-smtp.${region}.amazonses.com` },
    text(name, 'v=spf1 include:amazonses.com ~all'),
  ]
}

function text(name: string, value: string): DnsRecord {
  return { name, type: 'TXT', value: JSON.stringify(value) }
}

/** The names of DKIM records are known to SES alone, so that no construct could complete them. */
function publish(
  scope: Construct,
  id: string,
  zone: IHostedZone,
  { name, type, value }: DnsRecord,
) {
  const { hostedZoneId } = zone
  new CfnRecordSet(scope, id, { hostedZoneId, name, type, resourceRecords: [value], ttl: '1800' })
}
