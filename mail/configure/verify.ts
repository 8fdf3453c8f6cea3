import type { StoredVerdict } from '../ports/standing.ts'
import type { Postern } from '../ports/postern.ts'
import type { EngineName } from '../email/engine-name.ts'
import type { SettingsFault } from '../settings/layers.ts'
import { enginesOf } from '../settings/settings.ts'
import { checkCandidate, type SettingsCandidate } from './candidate.ts'

/** Asks every engine in use whether it would take mail now, and keeps what they said. */
export async function verify(postern: Postern): Promise<StoredVerdict> {
  const { settings, version } = await postern.inForce.refresh()
  return keepVerdict(postern, version, await postern.fleet.verify(settings, {}))
}

type CandidateVerdict =
  | { readonly kind: 'verified'; readonly engines: StoredVerdict['engines'] }
  | { readonly kind: 'invalid'; readonly faults: readonly SettingsFault[] }

/** Asks the engines about settings that are not in force, and keeps nothing of it. */
export async function verifyCandidate(
  postern: Postern,
  candidate: SettingsCandidate,
): Promise<CandidateVerdict> {
  const checked = await checkCandidate(postern, candidate)
  if (checked.kind === 'invalid') return checked
  return {
    kind: 'verified',
    engines: await postern.fleet.verify(checked.settings, checked.secrets),
  }
}

/** Keeps what the engines said of the settings with this version. */
export async function keepVerdict(
  { standing, clock, inForce }: Postern,
  version: string,
  engines: StoredVerdict['engines'],
): Promise<StoredVerdict> {
  const verdict = { about: inForce.seal(version), at: clock.now(), engines }
  await standing.writeVerdict(verdict)
  return verdict
}

/** Whether mail works: valid only when verified for exactly these settings. */
export interface MailerStanding {
  readonly engine: readonly EngineName[]
  /** At least one of the engines would take mail. */
  readonly valid: boolean
  /** What needs attention, in the server's words where it spoke. */
  readonly reason?: string
}

export async function mailerStanding(postern: Postern): Promise<MailerStanding> {
  const { settings, version, faults } = await postern.inForce.current()
  const engine = enginesOf(settings)
  const doubts = await Promise.all(engine.map((name) => doubtOf(postern, name, version)))
  const doubt = doubts.find((one) => one !== undefined)
  const reason = faults[0] ? brokenSettings(faults[0]) : doubt
  const valid = faults.length === 0 && doubts.includes(undefined)
  return { engine, valid, ...(reason && { reason }) }
}

function brokenSettings({ path, rule }: SettingsFault): string {
  return `the saved settings are broken, the last good ones are in force: ${path}: ${rule}`
}

/** Why one engine may not take mail, if so. Capturing needs no verification. */
async function doubtOf({ standing, clock, inForce }: Postern, name: EngineName, version: string) {
  if (name === 'noop') return undefined
  const { pausedUntil = 0, reason } = await standing.read(name)
  if (pausedUntil > clock.now()) return reason
  const verdict = await standing.readVerdict()
  if (verdict?.about !== inForce.seal(version)) return 'not verified since the settings changed'
  const said = verdict.engines[name]
  if (!said) return `the engine ${name} was never verified`
  return said.valid ? undefined : said.reason
}
