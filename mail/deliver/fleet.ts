import { within } from '../clock.ts'
import type { EngineName } from '../email/engine-name.ts'
import { remoteText, type Verdict } from '../email/outcome.ts'
import type { Captures } from '../ports/captures.ts'
import type { Clock } from '../ports/clock.ts'
import type { Engine } from '../ports/engine.ts'
import type { Deployed, Fleet, OpenEngine, Pulse } from '../ports/fleet.ts'
import type { InForce } from '../ports/in-force.ts'
import type { SettingsStore } from '../ports/settings-store.ts'
import { withDoubts } from './doubts.ts'
import { pulse } from './pulse.ts'
import { emailFinder } from './token-keys.ts'
import { enginesOf, type Settings } from '../settings/settings.ts'

interface FleetOptions {
  readonly open: OpenEngine
  readonly store: SettingsStore
  readonly captures: Captures
  readonly clock: Clock
  readonly deployed?: Deployed
  /** They win over the stored ones. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Longest a verify may take, in milliseconds: dialling, TLS and login of a slow server. */
  readonly verifyMs?: number
}

/** Where the answer has to go through an HTTP API of AWS, which gives up after 30 s. */
const shortVerifyMs = 20_000

interface Opened {
  readonly version: string
  readonly engine: Promise<Engine>
  users: number
  retired: boolean
}

export function fleet(options: FleetOptions): Fleet {
  const { open, store, captures, clock, deployed = {}, secrets: given = {} } = options
  const { verifyMs = shortVerifyMs } = options
  const engines = new Map<EngineName, Opened>()
  const pulses = new Map<EngineName, Pulse>()

  function openedFor(name: EngineName, { settings, version }: InForce): Opened {
    const there = engines.get(name)
    if (there?.version === version) return there
    if (there) retire(there)
    const engine = launch(name, settings).then((it) => withDoubts(it, clock))
    const opened: Opened = { version, engine, users: 0, retired: false }
    engines.set(name, opened)
    opened.engine.catch(() => engines.get(name) === opened && engines.delete(name))
    return opened
  }

  async function launch(name: EngineName, settings: Settings, candidates = given): Promise<Engine> {
    const secrets = { ...(await store.readSecrets(settings.secrets)), ...candidates }
    return open(name, { settings, secrets, captures, clock, deployed })
  }

  function pulseOf(name: EngineName): Pulse {
    const known = pulses.get(name) ?? pulse(clock)
    pulses.set(name, known)
    return known
  }

  return {
    pulse: pulseOf,
    async use(name, inForce, work) {
      const opened = openedFor(name, inForce)
      opened.users += 1
      try {
        return await work(await opened.engine)
      } finally {
        opened.users -= 1
        if (opened.retired) retire(opened)
      }
    },
    async verify(settings, secrets) {
      const names = enginesOf(settings)
      const verdicts = names.map((name) => ask(launch(name, settings, secrets), clock, verifyMs))
      return Object.fromEntries((await Promise.all(verdicts)).map((one, i) => [names[i]!, one]))
    },
    aside: (secrets) => fleet({ ...options, secrets }),
    findEmail: emailFinder(store, clock),
    findSecrets: async (refs) => Object.keys(await store.readSecrets(refs)),
    async close() {
      const all = [...engines.values()].map((opened) => opened.engine.then((e) => e.close()))
      engines.clear()
      await Promise.allSettled(all)
    },
  }
}

/** What an engine says that is used for nothing else. */
async function ask(launched: Promise<Engine>, clock: Clock, ms: number): Promise<Verdict> {
  try {
    const engine = await launched
    return await within({ clock, ms, signal: noSignal }, async (signal) => {
      const verdict = await engine.verify(signal)
      return signal.aborted && !verdict.valid ? slow(verdict.reason, ms) : verdict
    })
  } catch (error) {
    return { valid: false, reason: remoteText((error as Error).message) }
  } finally {
    launched.then((engine) => engine.close()).catch(() => undefined)
  }
}

const noSignal = new AbortController().signal

/** A server that is only slow is not broken: email may still leave by it. */
function slow(reason: string, ms: number): Verdict {
  const answer = `no answer within ${ms / 1_000} s (${reason})`
  return { valid: false, reason: `${answer}; for an email a slow server is waited for longer` }
}

/** Lets an engine of older settings go, at the latest when its last user is done. */
function retire(opened: Opened) {
  opened.retired = true
  if (opened.users === 0) void opened.engine.then((engine) => engine.close()).catch(() => undefined)
}
