import { allProjects, defaultProject, type Scope } from '../email/project.ts'
import type { Stream } from '../email/stream.ts'
import type { ApiKey } from '../ports/keys.ts'

/** Who asks, and for which project: decided once, at the door. */
export interface Caller {
  /** The key's id; `local` where no key is needed. */
  readonly owner: string
  /** What it makes belongs to this project. */
  readonly project: string
  /** What it sees and changes. */
  readonly scope: Scope
  readonly domain?: ApiKey['domain']
  readonly capture: boolean
  /** It may only send: what a person with full access decides is not its own to decide. */
  readonly restricted?: true
  /** Of what it sends, where an email names none: as its request says, or its key. */
  readonly stream?: Stream
  /** Where its request stands in a trace. */
  readonly traceparent?: string
}

/** Where what is made belongs when this may be seen. */
export function projectOf(scope: Scope): string {
  return scope === allProjects ? defaultProject : scope
}

/** Whose an Idempotency-Key or an upload is: a key of all projects has others in each of them. */
export function holderOf({ owner, project }: Pick<Caller, 'owner' | 'project'>): string {
  return project === defaultProject ? owner : `${owner}/${project}`
}
