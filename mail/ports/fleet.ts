import type { EngineName } from '../email/engine-name.ts'
import type { Outcome, Verdict } from '../email/outcome.ts'
import type { Settings } from '../settings/settings.ts'
import type { Captures } from './captures.ts'
import type { Clock } from './clock.ts'
import type { Engine } from './engine.ts'
import type { InForce } from './in-force.ts'
import type { Trouble } from './standing.ts'

/** What an engine is made from. */
export interface EngineContext {
  readonly settings: Settings
  readonly secrets: Readonly<Record<string, string>>
  readonly captures: Captures
  readonly clock: Clock
  readonly deployed: Deployed
}

/** Values that can only be chosen where Postern is deployed, not in its settings. */
export interface Deployed {
  /** The sendmail program; settings must not be able to choose a program to run. */
  readonly sendmailPath?: string
  /** Where the APIs of providers are, for a proxy or a test. */
  readonly apiUrls?: Partial<Readonly<Record<EngineName, string>>>
}

/** Makes an engine; loads its code on first use. */
export type OpenEngine = (name: EngineName, context: EngineContext) => Promise<Engine>

/** The engines in use: opened when first needed, replaced when the settings change. */
export interface Fleet {
  /** Uses an engine as these settings want it; it is closed only when it is no longer used. */
  use<T>(name: EngineName, inForce: InForce, work: (engine: Engine) => Promise<T>): Promise<T>
  /**
   * Asks the engines of settings that are not in force whether they would take mail.
   *
   * @param secrets those given with the settings; the rest are the stored ones
   */
  verify(
    settings: Settings,
    secrets: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, Verdict>>>
  /**
   * A fleet of its own for settings that are not in force. The caller closes it.
   *
   * @param secrets those given with the settings; the rest are the stored ones
   */
  aside(secrets: Readonly<Record<string, string>>): Fleet
  /** Which of these secrets the engines would find, by name: for code that may not read them. */
  findSecrets(refs: Settings['secrets']): Promise<readonly string[]>
  /**
   * The email that the first of these tokens proves which is one of ours: for code that may not
   * read the key. Null where none does.
   */
  findEmail(tokens: readonly string[], refs: Settings['secrets']): Promise<string | null>
  /** How this process has seen an engine fare, whatever its settings were. */
  pulse(name: EngineName): Pulse
  close(): Promise<void>
}

/** Whether an engine takes what it is handed. */
export interface Pulse {
  /**
   * A try begins; the answer is to be told how it ended, and says what is new.
   *
   * @param to the first of its recipients
   * @param isTroubled whether trouble of this engine has been told of, here or elsewhere
   */
  begin(to: string, isTroubled: boolean): (outcome: Outcome) => PulseNews
  /** Whether no email has left yet with this version of the settings. */
  isFirst(version: string): boolean
  /** When an email was last taken, in milliseconds since the epoch; long ago when none was. */
  takenAt(): number
  /** Trouble that no try has told of yet, because none has come to an end for so many milliseconds. */
  silence(ms: number): Trouble | undefined
}

/** Trouble that is new or goes on; `well` when trouble that was told of is over. */
export type PulseNews = Trouble | 'well' | undefined
