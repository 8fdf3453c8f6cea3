import { Stack } from 'aws-cdk-lib'
import type { Function } from 'aws-cdk-lib/aws-lambda'
import { ConfigurationSet, ConfigurationSetTlsPolicy } from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'
import { allow } from './permissions.ts'
import type { SettingsLayers } from './settings-layers.ts'

/** Sending with Amazon SES, from these domains only. */
export class SesSending extends Construct {
  readonly configurationSet: ConfigurationSet
  private readonly senderDomains: readonly string[]

  constructor(scope: Construct, id: string, props: { readonly senderDomains: readonly string[] }) {
    super(scope, id)
    this.senderDomains = props.senderDomains
    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      reputationMetrics: true,
      // As between servers everywhere: without TLS only where the other side knows none.
      tlsPolicy: ConfigurationSetTlsPolicy.OPTIONAL,
    })
  }

  /** The layers in which this configuration set is the default. */
  adjust({ defaults, locks }: SettingsLayers): SettingsLayers {
    const configurationSet = this.configurationSet.configurationSetName
    const ses = { configurationSet, ...(defaults['ses'] as object | undefined) }
    return { defaults: { ...defaults, ses }, locks }
  }

  /**
   * Permission to send from the domains. On `identity/*`, because SES also asks for the identity of
   * a recipient that is one of the account's own, as every one is in the sandbox; the condition is
   * what bounds it. Raw content needs `ses:SendRawEmail`. GetAccount and GetEmailIdentity tell
   * whether the account may send; the first knows no resources.
   */
  grantSend(fn: Function) {
    const { configurationSetName } = this.configurationSet
    allow(
      fn,
      {
        sid: 'SesSend',
        actions: ['ses:SendEmail', 'ses:SendRawEmail'],
        resources: [
          this.arnOf('identity', '*'),
          this.arnOf('configuration-set', configurationSetName),
        ],
        conditions: {
          StringLike: { 'ses:FromAddress': this.senderDomains.map((domain) => `*@${domain}`) },
        },
      },
      'SES also asks for the identity of a recipient; ses:FromAddress is what bounds sending.',
    )
    allow(
      fn,
      { sid: 'SesQuota', actions: ['ses:GetAccount'], resources: ['*'] },
      'GetAccount knows no resources.',
    )
    allow(fn, {
      sid: 'SesIdentity',
      actions: ['ses:GetEmailIdentity'],
      resources: this.senderDomains.map((domain) => this.arnOf('identity', domain)),
    })
  }

  private arnOf(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'ses', resource, resourceName })
  }
}
