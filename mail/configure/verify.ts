import type { StoredVerdict } from '../ports/standing.ts'
import type { Postern } from '../ports/postern.ts'
import { type EngineName, sends } from '../email/engine-name.ts'
import type { Quota, Verdict } from '../email/outcome.ts'
import type { TroubleKind } from '../email/trouble-kind.ts'
import { blockedSince } from '../retry.ts'
import type { SettingsFault } from '../settings/layers.ts'
import { enginesOf } from '../settings/settings.ts'
import { wakeEngines } from '../wake.ts'
import { checkCandidate, type SettingsCandidate } from './candidate.ts'

/**
 * Asks every engine in use whether it would take mail now, and keeps what they said. A yes ends a
 * pause, so that what waits is tried at once; a no is trouble until mail leaves.
 */
export async function verify(postern: Postern): Promise<StoredVerdict> {
  const { settings, version } = await postern.inForce.refresh()
  const said = await postern.fleet.verify(settings, {})
  for (const name of enginesOf(settings).filter(sends))
    if (said[name]) await noteVerdict(postern, name, said[name])
  return keepVerdict(postern, version, said)
}

/** A yes says nothing of trouble that began after the login: mail itself shows when that is over. */
async function noteVerdict(postern: Postern, name: EngineName, verdict: Verdict) {
  const { standing, clock } = postern
  if (!verdict.valid) {
    const { reason } = verdict
    return void (await standing.degrade(name, { since: clock.now(), reason, ofEngine: true }))
  }
  const { reason, pauses, ofEngine } = await standing.read(name)
  if (reason !== undefined && (pauses > 0 || ofEngine)) await wakeEngines(postern, [name])
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
  at = clock.now(),
): Promise<StoredVerdict> {
  const verdict = { about: inForce.seal(version), at, engines }
  await standing.writeVerdict(verdict)
  return verdict
}

/** Whether mail works: valid only when verified for exactly these settings, or proved by mail. */
export interface MailerStanding {
  readonly engine: readonly EngineName[]
  /** At least one of the engines would take mail. */
  readonly valid: boolean
  /** What needs attention first, in the server's words where it spoke. */
  readonly reason?: string
  /** All of it, engine by engine. */
  readonly trouble: readonly EngineTrouble[]
  /** Of the first engine whose account has one, as it said when it was last asked. */
  readonly quota?: EngineQuota
}

interface EngineQuota extends Quota {
  readonly engine: EngineName
  readonly at: number
}

export interface EngineTrouble {
  readonly engine: EngineName
  readonly kind: TroubleKind
  readonly reason: string
  /** Since when it has taken nothing, in milliseconds since the epoch. */
  readonly since?: number
}

export async function mailerStanding(postern: Postern): Promise<MailerStanding> {
  const { settings, version, faults } = await postern.inForce.current()
  const engine = enginesOf(settings)
  const doubts = await Promise.all(engine.map((name) => doubtOf(postern, name, version)))
  const trouble = doubts.filter((one) => one !== undefined)
  const reason = faults[0] ? brokenSettings(faults[0]) : trouble[0]?.reason
  const valid = faults.length === 0 && doubts.includes(undefined)
  const quota = quotaIn(engine, await postern.standing.readVerdict())
  return { engine, valid, ...(reason && { reason }), trouble, ...(quota && { quota }) }
}

function quotaIn(names: readonly EngineName[], verdict?: StoredVerdict): EngineQuota | undefined {
  const all = names.flatMap((engine) => {
    const said = verdict?.engines[engine]
    return said?.valid && said.quota ? [{ ...said.quota, engine, at: verdict!.at }] : []
  })
  return all[0]
}

function brokenSettings({ path, rule }: SettingsFault): string {
  return `the saved settings are broken, the last good ones are in force: ${path}: ${rule}`
}

const off = 'sending is off: the engine is "disabled"'

/** Why one engine may not take mail, if so. Capturing needs no verification. */
async function doubtOf(
  { standing, inForce }: Postern,
  engine: EngineName,
  version: string,
): Promise<EngineTrouble | undefined> {
  if (engine === 'noop') return undefined
  if (engine === 'disabled') return { engine, kind: 'off', reason: off }
  const known = await standing.read(engine)
  if (known.reason !== undefined) {
    const kind = known.pauses > 0 ? 'blocked' : 'degraded'
    return { engine, kind, reason: known.reason, since: blockedSince(known) }
  }
  const reason = unverified(engine, await standing.readVerdict(), inForce.seal(version))
  return reason === undefined ? undefined : { engine, kind: 'unverified', reason }
}

function unverified(name: EngineName, verdict: StoredVerdict | undefined, about: string) {
  if (verdict?.about !== about) return 'not verified since the settings changed'
  const said = verdict.engines[name]
  if (!said) return `the engine ${name} was never verified`
  return said.valid ? undefined : said.reason
}
