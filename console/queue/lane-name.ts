/** A stream, or what of it goes to one domain. */
export interface LaneName {
  readonly stream: 'transactional' | 'bulk'
  readonly domain: string | null
}

const streamNames = { transactional: 'Transactional', bulk: 'Bulk' } as const

/** As a person says it: `Bulk to example.com`. */
export function laneName({ stream, domain }: LaneName): string {
  if (domain === null) return streamNames[stream]
  return domain === 'capture'
    ? `${streamNames[stream]}, captured`
    : `${streamNames[stream]} to ${domain}`
}

/** Transactional email is paused domain by domain; captures wait for nothing. */
export function canPause({ stream, domain }: LaneName): boolean {
  return domain === null ? stream === 'bulk' : domain !== 'capture'
}
