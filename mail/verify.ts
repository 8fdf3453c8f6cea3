import type { StoredVerdict } from './ports.ts'
import type { Postern } from './postern.ts'
import { enginesOf } from './settings.ts'

/** Asks every engine in use whether it would take mail now, and keeps what they said. */
export async function verify(postern: Postern): Promise<StoredVerdict> {
  const { settings, version } = await postern.inForce.refresh()
  return keepVerdict(postern, version, await postern.fleet.verify(settings, {}))
}

/** Keeps what the engines said of the settings with this version. */
export async function keepVerdict(
  { standing, clock }: Postern,
  version: string,
  engines: StoredVerdict['engines'],
): Promise<StoredVerdict> {
  const verdict = { version, at: clock.now(), engines }
  await standing.writeVerdict(verdict)
  return verdict
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
  for (const name of engines) {
    const one = verdict.engines[name]
    if (!one) return `the engine ${name} was never verified`
    if (!one.valid) return one.reason
  }
  return undefined
}
