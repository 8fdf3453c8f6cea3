import type { GetEmailIdentityCommandOutput, SESv2Client } from '@aws-sdk/client-sesv2'
import type { AccountFacts } from '../../mail/doctor/account.ts'
import type { IdentityFacts } from '../../mail/doctor/ses-identities.ts'
import { domainOf } from '../../mail/email/address.ts'
import type { Asking } from './asking.ts'
import type { AwsAccess } from './clients.ts'

export interface AskedOfSes {
  /** That it sends from; null: the one of the stack. */
  readonly region: string | null
  readonly domains: readonly string[]
  /** A single address may be an identity too. */
  readonly sender: string | null
  readonly configurationSet: string | null
}

/** What Amazon SES knows of the account and the sender domains, in the Region that it sends from. */
export async function sesFacts(
  { region, ...asked }: AskedOfSes,
  access: AwsAccess,
  ask: Asking,
): Promise<AccountFacts['ses']> {
  const { SESv2Client, GetAccountCommand } = await import('@aws-sdk/client-sesv2')
  const client = new SESv2Client({ ...access, ...(region !== null && { region }) })
  const [account, identities, publishesBounces] = await Promise.all([
    ask.told('ses:GetAccount', client.send(new GetAccountCommand())),
    Promise.all(asked.domains.map((domain) => identityFacts(domain, asked, { client, ask }))),
    asked.configurationSet === null ? null : publishes(asked.configurationSet, { client, ask }),
  ])
  return {
    region: await client.config.region(),
    inSandbox: account && account.ProductionAccessEnabled === false,
    identities: identities.filter((one) => one !== null),
    publishesBounces,
  }
}

interface Ses {
  readonly client: SESv2Client
  readonly ask: Asking
}

type Identity = GetEmailIdentityCommandOutput

/** The first identity that a domain may send by; null where it could not be asked for. */
async function identityFacts(
  domain: string,
  { sender }: Pick<AskedOfSes, 'sender'>,
  ses: Ses,
): Promise<IdentityFacts | null> {
  const address = sender !== null && domainOf(sender) === domain ? [sender] : []
  for (const name of [...withParents(domain), ...address]) {
    const found = await ses.ask.told('ses:GetEmailIdentity', identityOf(name, ses.client))
    if (found === null) return null
    if (found !== 'none') return factsOf(domain, name, found)
  }
  return factsOf(domain, null, undefined)
}

async function identityOf(name: string, client: SESv2Client): Promise<Identity | 'none'> {
  const { GetEmailIdentityCommand } = await import('@aws-sdk/client-sesv2')
  try {
    return await client.send(new GetEmailIdentityCommand({ EmailIdentity: name }))
  } catch (error) {
    if ((error as Error).name === 'NotFoundException') return 'none'
    throw error
  }
}

function factsOf(domain: string, identity: string | null, found?: Identity): IdentityFacts {
  const { DkimAttributes: dkim, MailFromAttributes: mailFrom } = found ?? {}
  return {
    domain,
    identity,
    isVerified: found?.VerifiedForSendingStatus === true,
    isSigned: dkim?.SigningEnabled === true && dkim.Status === 'SUCCESS',
    mailFrom: !mailFrom?.MailFromDomain
      ? 'ses'
      : mailFrom.MailFromDomainStatus === 'SUCCESS'
        ? 'own'
        : 'broken',
    forwardsFeedback: found?.FeedbackForwardingStatus !== false,
  }
}

/** A domain and those above it, but no top-level domain: SES verifies all below with one. */
function withParents(domain: string): string[] {
  const labels = domain.split('.')
  return labels.slice(0, -1).map((_, n) => labels.slice(n).join('.'))
}

async function publishes(set: string, { client, ask }: Ses): Promise<boolean | null> {
  const { GetConfigurationSetEventDestinationsCommand } = await import('@aws-sdk/client-sesv2')
  const asked = client.send(
    new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName: set }),
  )
  const found = await ask.told('ses:GetConfigurationSetEventDestinations', asked)
  return (
    found &&
    (found.EventDestinations ?? []).some(
      ({ Enabled, MatchingEventTypes = [] }) => Enabled && MatchingEventTypes.includes('BOUNCE'),
    )
  )
}
