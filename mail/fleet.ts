import type { Captures, Clock, Engine, SettingsStore } from './ports.ts'
import type { EngineName, Settings } from './settings.ts'
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
  close(): Promise<void>
}

export interface FleetOptions {
  readonly open: OpenEngine
  readonly store: SettingsStore
  readonly captures: Captures
  readonly clock: Clock
  readonly deployed?: Deployed
}

interface Berth {
  readonly version: string
  readonly engine: Promise<Engine>
  users: number
  retired: boolean
}

export function fleet({ open, store, captures, clock, deployed = {} }: FleetOptions): Fleet {
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

  async function launch(name: EngineName, settings: Settings): Promise<Engine> {
    const secrets = await store.readSecrets(settings.secrets)
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
    async close() {
      const engines = [...berths.values()].map((berth) => berth.engine.then((e) => e.close()))
      berths.clear()
      await Promise.allSettled(engines)
    },
  }
}

/** Lets an engine of older settings go, at the latest when its last user is done. */
function retire(berth: Berth) {
  berth.retired = true
  if (berth.users === 0) void berth.engine.then((engine) => engine.close()).catch(() => undefined)
}
