import type { GetAccountCommandOutput } from '@aws-sdk/client-sesv2'
import { remoteText, type Verdict } from '../../mail/outcome.ts'

type Account = Pick<
  GetAccountCommandOutput,
  'SendingEnabled' | 'EnforcementStatus' | 'ProductionAccessEnabled' | 'SendQuota'
>

/** Whether an account would send to anybody now, in words for an administrator when not. */
export function verdictOfAccount(account: Account): Verdict {
  const reason = faultOf(account)
  return reason === undefined ? { valid: true } : { valid: false, reason: remoteText(reason) }
}

function faultOf(account: Account): string | undefined {
  const { SendingEnabled, EnforcementStatus, ProductionAccessEnabled } = account
  if (EnforcementStatus === 'SHUTDOWN')
    return 'AWS has shut down sending for this account: see the reputation page of the SES console'
  if (SendingEnabled === false) return 'sending is paused for this account and region in SES'
  if (ProductionAccessEnabled === false)
    return 'the account is in the SES sandbox: only verified addresses get mail, 200 a day; request production access in the SES console'
  return faultOfQuota(account)
}

/** A rolling 24 hours; -1 means no limit. */
function faultOfQuota({ SendQuota }: Account): string | undefined {
  const { Max24HourSend = -1, SentLast24Hours = 0 } = SendQuota ?? {}
  return Max24HourSend >= 0 && SentLast24Hours >= Max24HourSend
    ? `the daily quota of ${Max24HourSend} recipients is used up`
    : undefined
}
