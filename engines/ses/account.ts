import type { GetAccountCommandOutput } from '@aws-sdk/client-sesv2'
import type { Quota, Verdict } from '../../mail/email/outcome.ts'

type Account = Pick<
  GetAccountCommandOutput,
  | 'SendingEnabled'
  | 'EnforcementStatus'
  | 'ProductionAccessEnabled'
  | 'SendQuota'
  | 'PricingAttributes'
>

/** Whether an account would send now, and what an administrator should know of it. */
export function verdictOfAccount(account: Account): Verdict {
  const reason = faultOf(account)
  if (reason !== undefined) return { valid: false, reason }
  const warnings = warningsOf(account)
  return { valid: true, ...(warnings.length > 0 && { warnings }), quota: quotaIn(account) }
}

function quotaIn({ SendQuota = {}, ProductionAccessEnabled }: Account): Quota {
  const { Max24HourSend: max = -1, SentLast24Hours: used = 0 } = SendQuota
  return { used, most: max < 0 ? null : max, isSandbox: ProductionAccessEnabled === false }
}

/** Recipients per second that SES takes from an account. */
export function rateOfAccount({ SendQuota }: Account): number | null {
  const { MaxSendRate = 0 } = SendQuota ?? {}
  return MaxSendRate > 0 ? MaxSendRate : null
}

function faultOf({ EnforcementStatus, SendingEnabled, SendQuota }: Account): string | undefined {
  if (EnforcementStatus === 'SHUTDOWN')
    return 'AWS has shut down sending for this account: see the reputation page of the SES console'
  if (SendingEnabled === false) return 'sending is paused for this account and region in SES'
  const { max, share } = quotaOf(SendQuota)
  return share >= 1 ? `the daily quota of ${max} recipients is used up` : undefined
}

function warningsOf(account: Account): string[] {
  const { EnforcementStatus, ProductionAccessEnabled, SendQuota, PricingAttributes } = account
  const { max, share } = quotaOf(SendQuota)
  const plan = plans[PricingAttributes?.CurrentPlan ?? '']
  return [
    ...(ProductionAccessEnabled === false ? [sandbox] : []),
    ...(EnforcementStatus === 'PROBATION' ? [probation] : []),
    ...(share > muchOfQuota
      ? [`${Math.floor(share * 100)} % of the daily quota of ${max} recipients are used`]
      : []),
    ...(plan ? [dearer(plan)] : []),
  ]
}

const sandbox =
  'the account is in the SES sandbox: only verified addresses get mail, 200 a day; request production access in the SES console'

const probation =
  'AWS has put the account on probation and may shut it down: see the reputation page of the SES console'

/** The plans that cost more per email than paying for each alone; new accounts get Essentials. */
const plans: Readonly<Record<string, string>> = {
  ESSENTIALS: 'Essentials',
  PRO: 'Pro',
  ENTERPRISE: 'Enterprise',
}

function dearer(plan: string): string {
  return `the account is on the SES pricing plan ${plan}, which costs more per email than a la carte; to change it: aws sesv2 put-account-pricing-attributes --plan NONE, or the pricing plan in the SES console`
}

/** From here on a busy hour can use up the rest. */
const muchOfQuota = 0.8

/** How much of a rolling 24 hours is used, 0 to 1; a quota of -1 means no limit. */
function quotaOf({ Max24HourSend: max = -1, SentLast24Hours = 0 }: Account['SendQuota'] = {}) {
  if (max < 0) return { max, share: 0 }
  return { max, share: max === 0 ? 1 : SentLast24Hours / max }
}
