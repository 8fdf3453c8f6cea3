import { dkimPublicKey } from '../../mail/doctor/dkim-public-key.ts'
import { checkDomain, type DomainRecord } from '../../mail/doctor/domain-records.ts'
import type { Postern } from '../../mail/ports/postern.ts'

/** What the DNS was last found to hold for each domain. */
export interface DomainChecks {
  /** At most a minute old. */
  of(name: string): Promise<readonly DomainRecord[]>
  anew(name: string): Promise<readonly DomainRecord[]>
}

const freshMs = 60_000

/** As many as there can be sender domains. */
const mostKept = 1_000

export function domainChecks({ web, inForce, settings: store, clock }: Postern): DomainChecks {
  const known = new Map<string, { records: readonly DomainRecord[]; version: string; at: number }>()

  async function anew(name: string) {
    const { settings, version } = await inForce.current()
    const records = await checkDomain(
      web,
      settings,
      name,
      await dkimPublicKey({ settings: store }, settings),
    )
    if (known.size >= mostKept) known.clear()
    known.set(name, { records, version, at: clock.now() })
    return records
  }

  return {
    anew,
    async of(name) {
      const last = known.get(name)
      const { version } = await inForce.current()
      const isFresh = last && last.version === version && clock.now() - last.at < freshMs
      return isFresh ? last.records : anew(name)
    },
  }
}
