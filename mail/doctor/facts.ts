import type { EngineName } from '../email/engine-name.ts'
import type { QueueDepth } from '../ports/queue.ts'
import type { EngineStanding, StoredVerdict } from '../ports/standing.ts'
import type { SettingsFault } from '../settings/layers.ts'
import { enginesOf, type Settings } from '../settings/settings.ts'
import type { DomainRecords } from './dns.ts'
import type { Judged } from '../guardian/judge.ts'

/** All that the doctor looks at: the caller collects it, so that examining is a pure function. */
export interface Facts {
  readonly settings: Settings
  readonly faults: readonly SettingsFault[]
  /** Secrets that the settings pin and that could be read, by name. */
  readonly readableSecrets: readonly string[]
  /** What each engine in use said just now. */
  readonly verdicts: StoredVerdict['engines']
  readonly standing: Readonly<Record<string, EngineStanding>>
  readonly queue: QueueDepth
  /** Senders that are warned of or held. */
  readonly senders: readonly Judged[]
  readonly now: number
  readonly host: HostFacts
  /** Records of the From domain; undefined when DNS could not be asked. */
  readonly dns?: DomainRecords
}

export interface HostFacts {
  /** Unlike a machine, a cloud function cannot reach port 25. */
  readonly kind: 'machine' | 'function'
  /** Free space where the emails are kept, in bytes. */
  readonly freeBytes?: number
  /** Why no email can be kept there, if so: nothing is accepted then, and nothing leaves. */
  readonly storage?: string
  /** How much feedback nothing came of since the process began, where the host counts it. */
  readonly refusedFeedback?: number
  /** What is wrong with the files of templates; those that were whole before stay in force. */
  readonly templates?: readonly string[]
  /** Why returned email cannot be read from its mailbox, if so. */
  readonly mailbox?: string
}

/** Whether an engine is one of those in use. */
export function uses({ settings }: Pick<Facts, 'settings'>, name: EngineName): boolean {
  return enginesOf(settings).includes(name)
}
