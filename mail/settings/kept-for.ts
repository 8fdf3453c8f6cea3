import { auditDays } from '../email/audit.ts'
import { eventDays } from '../email/event.ts'
import type { EmailState } from '../email/states.ts'
import type { SavedSettings } from './layers.ts'
import type { Settings } from './settings.ts'

/** The settings that say how long something is kept. */
export interface KeptFor extends Pick<Settings, 'retention' | 'keepContentDays'> {
  readonly projects: Readonly<Record<string, Pick<Settings['projects'][string], 'retention'>>>
}

/** Of settings that were checked when they were saved: to read all by the schema takes long. */
export function keptForIn(settings: SavedSettings): KeptFor {
  const { keepContentDays = 0, retention, projects = {} } = settings as Partial<KeptFor>
  const ofProjects = Object.entries(projects).map(([name, own]) => [
    name,
    { retention: { ...nothing, ...(own as Partial<typeof own>).retention } },
  ])
  return {
    keepContentDays,
    retention: { ...usual, ...retention },
    projects: Object.fromEntries(ofProjects) as KeptFor['projects'],
  }
}

const nothing = { emailDays: null, captureDays: null, contentDays: null }

/** As the schema has them. */
const usual = {
  emailDays: null,
  captureDays: null,
  eventDays,
  auditDays,
  states: {} as KeptFor['retention']['states'],
}

function ownOf({ projects }: KeptFor, name: string) {
  return Object.hasOwn(projects, name) ? projects[name]!.retention : nothing
}

/**
 * Days that the record of an email is kept: what its state says goes before what its project does.
 * Undefined: as deployed.
 */
export function emailDaysOf(kept: KeptFor, project: string, state: EmailState): number | undefined {
  const { states, emailDays } = kept.retention
  const own = ownOf(kept, project).emailDays
  return states[state] ?? own ?? emailDays ?? undefined
}

/** Undefined: as deployed. */
export function captureDaysOf(kept: KeptFor, project: string): number | undefined {
  return ownOf(kept, project).captureDays ?? kept.retention.captureDays ?? undefined
}

export function contentDaysOf(kept: KeptFor, project: string): number {
  return ownOf(kept, project).contentDays ?? kept.keepContentDays
}

/** The most days that a record is kept in any state and project. */
export function longestEmailDays(kept: KeptFor, deployed: number): number {
  const { states, emailDays } = kept.retention
  const ofProjects = Object.values(kept.projects).map(({ retention }) => retention.emailDays)
  const all = [...Object.values(states), ...ofProjects, emailDays ?? deployed]
  return Math.max(...all.map((days) => days ?? 0))
}

/** The least days that a record is kept in any state and project; undefined: none goes by age. */
export function leastEmailDays(kept: KeptFor, deployed: number | undefined): number | undefined {
  const { states, emailDays } = kept.retention
  const ofProjects = Object.values(kept.projects).map(({ retention }) => retention.emailDays)
  return least([...Object.values(states), ...ofProjects, emailDays ?? deployed])
}

export function leastCaptureDays(kept: KeptFor, deployed: number | undefined): number | undefined {
  const ofProjects = Object.values(kept.projects).map(({ retention }) => retention.captureDays)
  return least([...ofProjects, kept.retention.captureDays ?? deployed])
}

export function leastContentDays(kept: KeptFor): number {
  const ofProjects = Object.values(kept.projects).map(({ retention }) => retention.contentDays)
  return least([...ofProjects, kept.keepContentDays])!
}

function least(days: readonly (number | null | undefined)[]): number | undefined {
  const named = days.filter((one) => typeof one === 'number')
  return named.length > 0 ? Math.min(...named) : undefined
}
