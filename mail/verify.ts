import type { Verdict } from './outcome.ts'
import type { StoredVerdict } from './ports.ts'
import type { Postern } from './postern.ts'
import { enginesOf } from './settings.ts'
import type { InForce } from './settings-in-force.ts'

/** Longest a verify may take, in milliseconds: dialling, TLS and login of a slow server. */
const verifyMs = 20_000

/** Asks every engine in use whether it would take mail now, and keeps what they said. */
export async function verify(postern: Postern): Promise<StoredVerdict> {
  const inForce = await postern.inForce.refresh()
  const names = enginesOf(inForce.settings)
  const verdicts = await Promise.all(names.map((name) => ask(postern, inForce, name)))
  const engines = Object.fromEntries(names.map((name, i) => [name, verdicts[i]!]))
  const verdict = { version: inForce.version, at: postern.clock.now(), engines }
  await postern.standing.writeVerdict(verdict)
  return verdict
}

function ask(
  { fleet }: Postern,
  inForce: InForce,
  name: Parameters<Postern['fleet']['use']>[0],
): Promise<Verdict> {
  return fleet.use(name, inForce, (engine) => engine.verify(AbortSignal.timeout(verifyMs)))
}

/** Whether mail works: valid only when verified for exactly these settings. */
export type MailerStanding = {
  readonly engine: readonly string[]
  readonly valid: boolean
  /** Why not, in the server's words where it spoke. */
  readonly reason?: string
}

export async function mailerStanding(postern: Postern): Promise<MailerStanding> {
  const { settings, version, faults } = await postern.inForce.current()
  const engine = enginesOf(settings)
  const reason =
    faults.length > 0
      ? `the saved settings are broken, the last good ones are in force: ${faults[0]!.path}: ${faults[0]!.rule}`
      : ((await pauseOf(postern, engine)) ?? (await doubtOf(postern, engine, version)))
  return { engine, valid: reason === undefined, ...(reason && { reason }) }
}

/** Mail goes out while one engine of the list works. */
async function pauseOf({ standing, clock }: Postern, engines: readonly string[]) {
  const all = await Promise.all(engines.map((name) => standing.read(name)))
  const paused = all.every(({ pausedUntil = 0 }) => pausedUntil > clock.now())
  return paused ? all[0]?.reason : undefined
}

async function doubtOf({ standing }: Postern, engines: readonly string[], version: string) {
  // Capturing asks nobody, so there is nothing to verify.
  if (engines[0] === 'noop') return undefined
  const verdict = await standing.readVerdict()
  if (verdict?.version !== version) return 'not verified since the settings changed'
  const verdicts = engines.map((name) => verdict.engines[name])
  const bad = verdicts.find((one) => one && !one.valid)
  return bad && !bad.valid ? bad.reason : undefined
}
