import { remoteText, type Verdict } from './outcome.ts'
import type { Captures, Clock, Engine, SettingsStore } from './ports.ts'
import { enginesOf, type EngineName, type Settings } from './settings.ts'
import type { InForce } from './settings-in-force.ts'

/** What an engine is made from. */
export interface EngineContext {
  readonly settings: Settings
  readonly secrets: Readonly<Record<string, string>>
  readonly captures: Captures
  readonly clock: Clock
  readonly deployed: Deployed
}

/** Values that only whoever deploys Postern may choose, not whoever edits its settings. */
export interface Deployed {
  /** The sendmail program; settings must not be able to choose a program to run. */
  readonly sendmailPath?: string
  /** Where SendGrid's API is, for a proxy or a test. */
  readonly sendgridUrl?: string
}

/** Makes an engine; loads its code on first use. */
export type OpenEngine = (name: EngineName, context: EngineContext) => Promise<Engine>

/** The engines in use: opened when first needed, replaced when the settings change. */
export interface Fleet {
  /** Uses an engine as these settings want it; it is closed only when nobody uses it any more. */
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
   * A fleet of its own for settings that are not in force. Whoever asks for it closes it.
   *
   * @param secrets those given with the settings; the rest are the stored ones
   */
  aside(secrets: Readonly<Record<string, string>>): Fleet
  /** Which of these secrets the engines would find, by name: of use to whoever may not read them. */
  findSecrets(refs: Settings['secrets']): Promise<readonly string[]>
  close(): Promise<void>
}

export interface FleetOptions {
  readonly open: OpenEngine
  readonly store: SettingsStore
  readonly captures: Captures
  readonly clock: Clock
  readonly deployed?: Deployed
  /** They win over the stored ones. */
  readonly secrets?: Readonly<Record<string, string>>
}

/** Longest a verify may take, in milliseconds: dialling, TLS and login of a slow server. */
const verifyMs = 20_000

interface Berth {
  readonly version: string
  readonly engine: Promise<Engine>
  users: number
  retired: boolean
}

export function fleet(options: FleetOptions): Fleet {
  const { open, store, captures, clock, deployed = {}, secrets: given = {} } = options
  const berths = new Map<EngineName, Berth>()

  function berthOf(name: EngineName, { settings, version }: InForce): Berth {
    const there = berths.get(name)
    if (there?.version === version) return there
    if (there) retire(there)
    const berth: Berth = { version, engine: launch(name, settings), users: 0, retired: false }
    berths.set(name, berth)
    berth.engine.catch(() => berths.get(name) === berth && berths.delete(name))
    return berth
  }

  async function launch(name: EngineName, settings: Settings, candidates = given): Promise<Engine> {
    const secrets = { ...(await store.readSecrets(settings.secrets)), ...candidates }
    return open(name, { settings, secrets, captures, clock, deployed })
  }

  return {
    async use(name, inForce, work) {
      const berth = berthOf(name, inForce)
      berth.users += 1
      try {
        return await work(await berth.engine)
      } finally {
        berth.users -= 1
        if (berth.retired) retire(berth)
      }
    },
    async verify(settings, secrets) {
      const names = enginesOf(settings)
      const verdicts = names.map((name) => ask(launch(name, settings, secrets)))
      return Object.fromEntries((await Promise.all(verdicts)).map((one, i) => [names[i]!, one]))
    },
    aside: (secrets) => fleet({ ...options, secrets }),
    findSecrets: async (refs) => Object.keys(await store.readSecrets(refs)),
    async close() {
      const engines = [...berths.values()].map((berth) => berth.engine.then((e) => e.close()))
      berths.clear()
      await Promise.allSettled(engines)
    },
  }
}

/** What an engine says that is used for nothing else. */
async function ask(launched: Promise<Engine>): Promise<Verdict> {
  try {
    return await (await launched).verify(AbortSignal.timeout(verifyMs))
  } catch (error) {
    return { valid: false, reason: remoteText((error as Error).message) }
  } finally {
    launched.then((engine) => engine.close()).catch(() => undefined)
  }
}

/** Lets an engine of older settings go, at the latest when its last user is done. */
function retire(berth: Berth) {
  berth.retired = true
  if (berth.users === 0) void berth.engine.then((engine) => engine.close()).catch(() => undefined)
}
