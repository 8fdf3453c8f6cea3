import type { DomainRecord, RecordStatus } from '../../mail/doctor/domain-records.ts'

interface DomainFacts {
  readonly id: string
  readonly name: string
  readonly since: number
  readonly region: string
  readonly records: readonly DomainRecord[]
}

/** A domain in a list, as Resend shows it. */
export function domainItem({ id, name, since, region, records }: DomainFacts) {
  return {
    id,
    name,
    status: statusOf(records),
    created_at: new Date(since).toISOString(),
    region,
    capabilities: { sending: 'enabled', receiving: 'disabled' },
    open_tracking: false,
    click_tracking: false,
    tracking_subdomain: null,
  }
}

/**
 * A domain by itself, with the records to set and what was found of them; only those that can be
 * published as they are. Typed SDKs read SPF and DKIM alone: DMARC is for the doctor to tell.
 */
export function domainObject(facts: DomainFacts) {
  const records = facts.records.flatMap(({ status, value, ...record }) => {
    return value === undefined ? [] : [{ ...record, value, ttl: 'Auto', status: statuses[status] }]
  })
  return { object: 'domain', ...domainItem(facts), records }
}

/** In the words of Resend. */
const statuses: Readonly<Record<RecordStatus, string>> = {
  verified: 'verified',
  missing: 'not_started',
  wrong: 'failed',
  unreachable: 'temporary_failure',
  unknown: 'pending',
}

/** Of those records that can be looked up. */
function statusOf(records: readonly DomainRecord[]): string {
  const found = records.map(({ status }) => status).filter((status) => status !== 'unknown')
  if (found.includes('unreachable')) return 'pending'
  if (found.every((status) => status === 'verified')) return 'verified'
  if (found.every((status) => status === 'missing')) return 'not_started'
  if (found.includes('verified'))
    return found.includes('wrong') ? 'partially_failed' : 'partially_verified'
  return 'failed'
}
