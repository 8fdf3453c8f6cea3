import { projectsOf } from '../../mail/settings/in-project.ts'
import { enginesOf } from '../../mail/settings/settings.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import { addMissing, type ProviderList } from '../../mail/suppress/provider-list.ts'
import { sesSuppressionList } from './suppression-list.ts'

interface Parts {
  readonly inForce: Pick<Postern['inForce'], 'current'>
  readonly clock: Clock
}

/** Does something with SES's list as the settings in force want it; nothing where SES is not in use. */
async function using<T>(
  { inForce, clock }: Parts,
  work: (list: ProviderList) => Promise<T>,
): Promise<T | undefined> {
  const { settings } = await inForce.current()
  if (!enginesOf(settings).includes('ses')) return undefined
  const list = sesSuppressionList(settings.ses.region, clock)
  return work(list).finally(() => list.close())
}

/** Adds what is on SES's list and not on ours; how many that were. */
export async function walkSesList(
  parts: Parts & Pick<Postern, 'suppressions'>,
  stopping: AbortSignal,
): Promise<number> {
  const projects = projectsOf((await parts.inForce.current()).settings)
  let added = 0
  await using(parts, async (list) => {
    for await (const page of list.pages(stopping)) {
      added += await addMissing(parts.suppressions, projects, page)
      if (stopping.aborted) break
    }
  })
  return added
}

/**
 * Takes addresses off SES's list. Without the permission they stay there: a person can still remove
 * them from ours, and the doctor tells what is missing.
 */
export async function unlistAtSes(parts: Parts, spellings: readonly string[]): Promise<void> {
  await using(parts, async (list) => {
    for (const spelling of spellings) await list.remove(spelling)
  }).catch((error: Error) => {
    if (!withoutPermission.test(error.name)) throw error
  })
}

const withoutPermission = /^(AccessDenied|CredentialsProvider|UnrecognizedClient)/

/** Why SES has an address on its list. */
export function reasonAtSes(parts: Parts, spelling: string) {
  return using(parts, (list) => list.reasonOf(spelling))
}
