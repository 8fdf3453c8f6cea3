import { Token } from 'aws-cdk-lib'
import type { MailServiceProps } from './mail-service-props.ts'
import { spelledDomain } from './sender-domains.ts'

/** @returns what contradicts itself in from where it may send, with the value and the rule */
export function faultsOfSending(props: MailServiceProps): string[] {
  const { senderDomains = [], ses, createIdentities, hostedZone } = props
  const domains = senderDomains.map(spelledDomain)
  return [
    ...(domains.length === 0 && (ses ?? createIdentities)
      ? ['ses and createIdentities need senderDomains: without them it cannot send']
      : []),
    ...(ses?.region && createIdentities
      ? [`createIdentities makes them in the Region of the stack, and ses.region is ${ses.region}`]
      : []),
    ...tenantFaults(props),
    ...(hostedZone && !createIdentities ? ['hostedZone needs createIdentities'] : []),
    ...outsideZone(domains, hostedZone?.zoneName),
    ...(createIdentities ? mailFromFaults(domains) : []),
    ...tooMany(domains),
  ]
}

function outsideZone(domains: readonly string[], zone: string | undefined): string[] {
  if (zone === undefined || Token.isUnresolved(zone)) return []
  return domains
    .filter((domain) => !`.${domain}`.endsWith(`.${zone}`))
    .map((domain) => `senderDomains: ${domain} is not in the hosted zone ${zone}`)
}

/** SES takes no MAIL FROM domain that is sent from (SES guide, "Using a custom MAIL FROM domain"). */
function mailFromFaults(domains: readonly string[]): string[] {
  return domains
    .map((domain) => `bounce.${domain}`)
    .filter((domain) => domains.includes(domain))
    .map((domain) => `senderDomains: createIdentities makes ${domain} the MAIL FROM domain`)
}

/** Characters that the policy of a role has for them; all of it holds 10,240 (IAM quotas). */
const mostCharacters = 5_500

/** Each stands in one condition, and in the ARN of an identity with each domain above it. */
function tooMany(domains: readonly string[]): string[] {
  const arn = 'arn:aws:ses:ap-southeast-1:111122223333:identity/'.length
  const characters = domains.reduce(
    (sum, domain) => sum + domain.length + 5 + domain.split('.').length * (arn + domain.length + 3),
    0,
  )
  if (characters <= mostCharacters) return []
  return [
    `senderDomains: ${domains.length} are too long for the policy of a role: name fewer, or deploy a second service`,
  ]
}

/** Of one Region, like identities; each once, and in place of no others. */
function tenantFaults({ createTenants = [], senderDomains = [], ses, defaults }: MailServiceProps) {
  if (createTenants.length === 0) return []
  const { projects = {} } = { ...defaults } as { projects?: Record<string, { ses?: object }> }
  const doubled = createTenants.filter((name, at) => createTenants.indexOf(name) !== at)
  const named = createTenants.filter((name) => projects[name]?.ses)
  return [
    ...(senderDomains.length === 0 ? ['createTenants needs senderDomains'] : []),
    ...(ses?.region ? [`createTenants: SES is used in ${ses.region}, not in this Region`] : []),
    ...doubled.map((name) => `createTenants: ${name} must be there once`),
    ...named.map((name) => `createTenants: defaults.projects.${name}.ses names others`),
  ]
}
