import type { EmailState } from '../email/states.ts'
import type { Postern } from '../ports/postern.ts'
import type { SettingsFault } from '../settings/layers.ts'
import type { Settings } from '../settings/settings.ts'

/** What an email may still leave from. */
const waiting: readonly EmailState[] = ['held', 'scheduled', 'queued', 'sending']

/** The projects that these settings would remove while emails of them wait. */
export async function waitingProjects(
  { emails, inForce }: Postern,
  { projects }: Settings,
): Promise<SettingsFault[]> {
  const before = Object.keys((await inForce.current()).settings.projects)
  const faults: SettingsFault[] = []
  for (const name of before.filter((one) => !Object.hasOwn(projects, one)))
    if (await hasWaiting(emails, name)) faults.push({ path: `projects.${name}`, rule: stillWaits })
  return faults
}

const stillWaits =
  'emails of it wait: it can be removed once they have left or are canceled (GET /v1/emails?status=queued)'

async function hasWaiting(emails: Postern['emails'], scope: string): Promise<boolean> {
  const pages = waiting.map((state) => emails.list({ scope, state, limit: 1 }))
  return (await Promise.all(pages)).some(({ data }) => data.length > 0)
}
