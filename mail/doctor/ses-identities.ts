import { risk, wrong, type Finding } from './finding.ts'

/** What Amazon SES knows of the sender domains, as far as it was told. */
export interface SesFacts {
  /** Null where it was not told, as in the others. */
  readonly inSandbox: boolean | null
  readonly identities: readonly IdentityFacts[]
  /** Whether the configuration set publishes bounces and complaints; null also where there is none. */
  readonly publishesBounces: boolean | null
}

/** How one sender domain stands. */
export interface IdentityFacts {
  readonly domain: string
  /** By which it may send: itself, a domain above it, or the default sender; null: by none. */
  readonly identity: string | null
  readonly isVerified: boolean
  /** Whether email is signed for the domain: DKIM, by SES. */
  readonly isSigned: boolean
  /** The domain in MAIL FROM: one of its own, that of SES, or one whose MX record is not there. */
  readonly mailFrom: 'own' | 'ses' | 'broken'
  /** Whether SES mails bounces and complaints to the sender. */
  readonly forwardsFeedback: boolean
}

/** What receivers, or SES itself, would hold against email from these domains. */
export function examineIdentities(facts: SesFacts, region: string): Finding[] {
  return facts.identities.flatMap((one) => {
    if (one.identity === null || !one.isVerified) return [unusable(one, region)]
    return [...examineSigning(one), ...examineMailFrom(one), ...examineBounces(one, facts)]
  })
}

function unusable({ domain, identity }: IdentityFacts, region: string): Finding {
  const problem =
    identity === null
      ? `${domain} is no identity of Amazon SES in ${region}, so nothing leaves from there`
      : `${identity} is an identity of Amazon SES in ${region}, but not verified yet`
  const cure =
    'publish the DKIM records that its SES console shows, or deploy with createIdentities'
  return wrong('aws.ses-identity', problem, cure)
}

function examineSigning({ domain, identity, isSigned }: IdentityFacts): Finding[] {
  if (isSigned) return []
  const problem = `email from ${domain} is not signed for it: the DKIM of ${identity} is off or not in the DNS`
  return [risk('aws.ses-dkim', problem, 'switch Easy DKIM on and publish its three records')]
}

function examineMailFrom({ domain, mailFrom }: IdentityFacts): Finding[] {
  if (mailFrom === 'own') return []
  const problem =
    mailFrom === 'ses'
      ? `${domain} has no MAIL FROM domain of its own, so SPF passes for amazonses.com only`
      : `the MX record of the MAIL FROM domain of ${domain} is not there`
  const cure = 'set up a custom MAIL FROM domain in SES, such as bounce.<domain>, with its records'
  return [risk('aws.ses-mail-from', problem, cure)]
}

/** Reviewers of SES ask how bounces are dealt with; unseen, they end in a paused account. */
function examineBounces(
  { domain, forwardsFeedback }: IdentityFacts,
  { publishesBounces }: SesFacts,
): Finding[] {
  if (forwardsFeedback || publishesBounces !== false) return []
  const problem = `no one is told of bounces and complaints of ${domain}: feedback forwarding is off, and the configuration set publishes none`
  const cure = 'switch one of them on in the SES console'
  return [risk('aws.ses-bounces', problem, cure)]
}
