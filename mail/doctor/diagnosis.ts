import { domainOf } from '../email/address.ts'
import { allProjects } from '../email/project.ts'
import { examine } from './examine.ts'
import type { HostFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import type { DomainRecords } from './dns.ts'
import type { Postern } from '../ports/postern.ts'
import { enginesOf } from '../settings/settings.ts'
import { verify } from '../configure/verify.ts'
import { sendersInTrouble } from './senders.ts'

/** What the doctor found, and the domain whose records matter where the DNS can be asked. */
interface Diagnosis {
  readonly findings: readonly Finding[]
  /** Of the default sender. */
  readonly domain?: string
}

/** Asks the engines, looks at everything that is known here, and names what is wrong. */
export async function diagnose(
  postern: Postern,
  host: HostFacts,
  dns?: DomainRecords,
): Promise<Diagnosis> {
  const { settings, faults } = await postern.inForce.refresh()
  const { clock, queue, standing } = postern
  const names = enginesOf(settings)
  // Before they are asked: a yes ends a pause.
  const standings = await Promise.all(names.map((name) => standing.read(name)))
  const verdict = await verify(postern)
  const findings = examine({
    settings,
    faults,
    verdicts: verdict.engines,
    standing: Object.fromEntries(names.map((name, i) => [name, standings[i]!])),
    readableSecrets: await postern.fleet.findSecrets(settings.secrets),
    queue: await queue.depth(clock.now(), allProjects),
    senders: await sendersInTrouble(postern, allProjects),
    now: clock.now(),
    host,
    dns,
  })
  const domain = settings.from.address && domainOf(settings.from.address)
  return { findings, ...(domain && { domain }) }
}
