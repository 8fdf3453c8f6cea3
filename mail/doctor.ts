import { examineDelivery, examineSafety, examineState } from './doctor/delivery.ts'
import { examineDns, type DomainRecords } from './doctor/dns.ts'
import { examineSender } from './doctor/sender.ts'
import { examineSmtp } from './doctor/smtp.ts'
import type { EngineStanding, QueueDepth, StoredVerdict } from './ports.ts'
import { enginesOf, type EngineName, type Settings, type SettingsFault } from './settings.ts'

/** One thing that is wrong, and what to do about it. */
export interface Finding {
  /** Names the kind of problem, for scripts: `smtp.port-and-security`. */
  readonly code: string
  /** `wrong`: mail does not work or is not safe. `risk`: it works, but not as well as it should. */
  readonly level: 'wrong' | 'risk'
  readonly problem: string
  readonly cure: string
}

/** All that the doctor looks at: whoever asks collects it, so that examining is a pure function. */
export interface Facts {
  readonly settings: Settings
  readonly faults: readonly SettingsFault[]
  /** Secrets that the settings pin and that could be read, by name. */
  readonly readableSecrets: readonly string[]
  /** What each engine in use said just now. */
  readonly verdicts: StoredVerdict['engines']
  readonly standing: Readonly<Record<string, EngineStanding>>
  readonly queue: QueueDepth
  readonly now: number
  readonly host: HostFacts
  /** Records of the From domain; undefined when DNS could not be asked. */
  readonly dns?: DomainRecords
}

export interface HostFacts {
  /** A cloud function can, unlike a machine, not reach port 25. */
  readonly kind: 'machine' | 'function'
  /** Free space where the emails are kept, in bytes. */
  readonly freeBytes?: number
}

/** Everything wrong with these facts; nothing when all is well. */
export function examine(facts: Facts): Finding[] {
  return [
    ...examineState(facts),
    ...examineSender(facts),
    ...(uses(facts, 'smtp') ? examineSmtp(facts) : []),
    ...examineDelivery(facts),
    ...examineSafety(facts),
    ...(facts.dns ? examineDns(facts.dns) : []),
  ]
}

/** Whether an engine is one of those in use. */
export function uses({ settings }: Pick<Facts, 'settings'>, name: EngineName): boolean {
  return enginesOf(settings).includes(name)
}
