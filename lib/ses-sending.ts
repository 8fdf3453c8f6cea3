import { Stack } from 'aws-cdk-lib'
import type { Function } from 'aws-cdk-lib/aws-lambda'
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  type IConfigurationSet,
} from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'
import { allow } from './permissions.ts'
import type { SesProps } from './ses-props.ts'
import type { SettingsLayers } from './settings-layers.ts'

export interface SesSendingProps {
  readonly senderDomains: readonly string[]
  readonly ses?: SesProps
}

/** Sending with Amazon SES, from these domains only. */
export class SesSending extends Construct {
  /** Undefined where it sends from another Region, unless one is named. */
  readonly configurationSet?: IConfigurationSet
  private readonly senderDomains: readonly string[]
  private readonly chosen: SesProps

  constructor(scope: Construct, id: string, { senderDomains, ses = {} }: SesSendingProps) {
    super(scope, id)
    this.senderDomains = senderDomains
    this.chosen = ses
    this.configurationSet = configurationSetOf(this, ses)
  }

  /** The layers in which this configuration set is the default. */
  adjust({ defaults, locks }: SettingsLayers): SettingsLayers {
    const configurationSet = this.configurationSet?.configurationSetName
    const given = defaults['ses'] as object | undefined
    const ses = { ...(configurationSet && { configurationSet }), ...given }
    return { defaults: { ...defaults, ses }, locks }
  }

  /**
   * Permission to send from the domains. On `identity/*`, because SES also asks for the identity of
   * a recipient that is one of the account's own, as every one is in the sandbox, and on every
   * configuration set and tenant, because the settings, or an identity's own default, may name them; the
   * condition is what bounds it. Raw content needs `ses:SendRawEmail`.
   */
  grantSend(fn: Function) {
    allow(
      fn,
      {
        sid: 'SesSend',
        actions: ['ses:SendEmail', 'ses:SendRawEmail'],
        resources: [
          this.arnOf('identity', '*'),
          this.arnOf('configuration-set', '*'),
          this.arnOf('tenant', '*'),
          ...(this.chosen.identityArn ? [this.chosen.identityArn] : []),
        ],
        conditions: {
          StringLike: { 'ses:FromAddress': this.senderDomains.map((domain) => `*@${domain}`) },
        },
      },
      'SES also asks for the identity of a recipient; ses:FromAddress is what bounds sending.',
    )
    this.grantVerify(fn)
    this.grantList(fn, ['ListSuppressedDestinations', 'DeleteSuppressedDestination'])
  }

  /** Permission to do something with SES's own suppression list. */
  grantList(fn: Function, calls: readonly string[]) {
    allow(
      fn,
      { sid: 'SesList', actions: calls.map((call) => `ses:${call}`), resources: ['*'] },
      'The suppression list of an account knows no resources.',
    )
  }

  /** Permission to ask whether the account may send, and from these domains. */
  private grantVerify(fn: Function) {
    allow(
      fn,
      { sid: 'SesQuota', actions: ['ses:GetAccount'], resources: ['*'] },
      'GetAccount knows no resources.',
    )
    const identities = this.senderDomains.flatMap((domain) => [
      ...withParents(domain),
      `*@${domain}`,
    ])
    allow(
      fn,
      {
        sid: 'SesIdentity',
        actions: ['ses:GetEmailIdentity'],
        resources: [...new Set(identities)].map((name) => this.arnOf('identity', name)),
      },
      'A single address of a sender domain can be an identity of its own.',
    )
  }

  private arnOf(resource: string, resourceName: string): string {
    const { region } = this.chosen
    return Stack.of(this).formatArn({ service: 'ses', region, resource, resourceName })
  }
}

/** A domain and those above it, but no top-level domain: SES verifies all below with one. */
function withParents(domain: string): string[] {
  const labels = domain.split('.')
  return labels.slice(0, -1).map((_, n) => labels.slice(n).join('.'))
}

function configurationSetOf(scope: Construct, ses: SesProps): IConfigurationSet | undefined {
  const { configurationSet, region } = ses
  if (configurationSet !== undefined)
    return ConfigurationSet.fromConfigurationSetName(scope, 'Given', configurationSet)
  return region === undefined ? newConfigurationSet(scope, 'ConfigurationSet') : undefined
}

/** With what every email wants of one. */
export function newConfigurationSet(scope: Construct, id: string): ConfigurationSet {
  return new ConfigurationSet(scope, id, {
    reputationMetrics: true,
    // As between servers everywhere: without TLS only where the other side knows none.
    tlsPolicy: ConfigurationSetTlsPolicy.OPTIONAL,
  })
}
