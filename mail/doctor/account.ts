import { risk, wrong, type Finding } from './finding.ts'
import { examineIdentities, type SesFacts } from './ses-identities.ts'

/** What a deployment in AWS needs of the account that it stands in; null where it was not told. */
export interface AccountFacts {
  readonly region: string
  /** Executions of all functions of the account and Region together. */
  readonly concurrency: number | null
  /** Most environments of the send function at a time. */
  readonly senders: number
  /** Null also where Amazon SES is not in use. */
  readonly ses: (SesFacts & { readonly region: string }) | null
  /** Who is told of alarms but has not confirmed it. */
  readonly unconfirmed: readonly string[] | null
  /** The actions of IAM that were refused: what they would have told is not known. */
  readonly unknown: readonly string[]
}

/** For API requests, next to the environments that send. */
const freeForApi = 10

/** Everything wrong with the account, none of which the settings could tell. */
export function examineAccount(facts: AccountFacts): Finding[] {
  return [...examineConcurrency(facts), ...examineSes(facts), ...examineAlarms(facts)]
}

function examineConcurrency({ concurrency, senders, region }: AccountFacts): Finding[] {
  const wanted = senders + freeForApi
  if (concurrency === null || concurrency >= wanted) return []
  return [
    risk(
      'aws.concurrency',
      `Lambda runs ${concurrency} functions at a time in ${region}: ${senders} that send and a few waiting requests use them up, and then mail and answers wait`,
      `ask AWS for at least ${wanted}: Service Quotas, AWS Lambda, Concurrent executions; or deploy with fewer senders`,
    ),
  ]
}

function examineSes({ ses }: AccountFacts): Finding[] {
  if (!ses) return []
  return [...examineSandbox(ses), ...examineIdentities(ses, ses.region)]
}

function examineSandbox({ inSandbox, region }: NonNullable<AccountFacts['ses']>): Finding[] {
  if (!inSandbox) return []
  return [
    wrong(
      'aws.ses-sandbox',
      `Amazon SES is in the sandbox in ${region}: 200 emails a day, to verified addresses alone`,
      `request production access in the SES console of ${region}; postern doctor --access-request prints what to write`,
    ),
  ]
}

function examineAlarms({ unconfirmed }: AccountFacts): Finding[] {
  return (unconfirmed ?? []).map((address) =>
    wrong(
      'aws.alarms-unconfirmed',
      `${address} has not confirmed the subscription, so no alarm reaches it`,
      'follow the link in the mail that AWS sent there, or deploy again for a new one',
    ),
  )
}

/** What reviewers of Amazon SES ask about, for a person to complete. */
export function accessRequest(domains: readonly string[]): string {
  return `Mail type: transactional (change it if you send newsletters).
Website: https://${domains[0] ?? '<your domain>'}

We send email of our own applications, from ${domains.join(', ') || '<your domains>'}, to people who
asked for it: <registration, receipts, password resets>. Per day: <number>; peak per second: <number>.

Addresses come from <the sign-up form>, where people confirm them. We buy and rent no lists.
Bounces and complaints: SES's account-level suppression list is on for both, so that an address that
bounced or complained gets nothing further. CloudWatch alarms tell us at a bounce rate of 4 % and a
complaint rate of 0.08 %, and <name> acts on them the same day.
People stop mail they did not ask for by <link or address>.
The domains are verified with DKIM; SPF and DMARC are published.
`
}
