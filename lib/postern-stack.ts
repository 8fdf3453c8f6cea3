import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { MailService } from './mail-service.ts'
import type { MailServiceProps } from './mail-service-props.ts'
import { resourcesNamed, type NamedResources } from './named-resources.ts'
import type { DnsRecord } from './sender-identities.ts'
import { version } from '../machine/version.ts'

export interface PosternStackProps extends MailServiceProps, StackProps {
  /** Props by the names of what is there, instead of constructs of it. */
  readonly named?: NamedResources
}

/** One mail service in a stack of its own, with the outputs that the command line looks for. */
export class PosternStack extends Stack {
  readonly service: MailService

  constructor(scope: Construct, id: string, props: PosternStackProps) {
    super(scope, id, {
      description: `Postern (${props.stage}): outbound email`,
      terminationProtection: isProtected(props),
      ...props,
    })
    this.service = new MailService(this, 'Mail', {
      ...props,
      ...resourcesNamed(this, props.named ?? {}),
    })
    const { url, outbox, settings, storage, api, identities } = this.service
    this.tell('ApiUrl', url, 'Where applications send their requests')
    this.tell('QueueUrl', outbox.queue.queueUrl, 'Where direct producers put emails')
    this.tell('SettingsParameter', settings.settingsParameter, 'The saved settings')
    this.tell('CaptureBucket', storage.bucket.bucketName, 'Captured emails')
    this.tell('TableName', storage.table.tableName, 'The records of all emails')
    if (identities) this.tell('DnsRecords', linesOf(identities.records), 'For the sender domains')
    this.tell('Version', version, 'The version of Postern that was deployed')
    this.tell('ApiFunction', api.function.functionName, 'What postern --stack reads the rest from')
  }

  private tell(name: string, value: string, description: string) {
    new CfnOutput(this, name, { value, description })
  }
}

/** Where it may send, unless all that it holds is to go with it. */
function isProtected({ senderDomains = [], removalPolicy }: PosternStackProps): boolean {
  return senderDomains.length > 0 && removalPolicy !== RemovalPolicy.DESTROY
}

function linesOf(records: readonly DnsRecord[]): string {
  return records.map(({ name, type, value }) => `${name} ${type} ${value}`).join('\n')
}
