import type { Postern } from '../ports/postern.ts'
import { isPlainObject, type SavedSettings, type SettingsFault } from '../settings/layers.ts'
import { isSame, type LaneName, type PausedLane } from '../settings/paused-lanes.ts'
import { checkCandidate } from './candidate.ts'
import { saidOfOthers, sizeFaults } from './save.ts'
import { keepVerdict } from './verify.ts'

type Paused =
  | { readonly kind: 'done'; readonly paused: readonly PausedLane[] }
  /** It is paused already, or is not. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'invalid'; readonly faults: readonly SettingsFault[] }

/** Others may save in between: so many times in a row is no chance. */
const mostTries = 5

/**
 * Pauses a stream, or what of it goes to one domain. Its emails wait, and nothing of them is counted
 * as an attempt, until a person resumes it or their patience of three days ends. What is being sent
 * goes on. It holds everywhere within 15 s.
 */
export function pauseLane(postern: Postern, lane: PausedLane): Promise<Paused> {
  return change(postern, (paused) =>
    paused.some((one) => isSame(one, lane)) ? undefined : [...paused, lane],
  )
}

/** Lets a paused one go on: at once where the queue can be woken, else when its jobs look again. */
export async function resumeLane(postern: Postern, lane: LaneName): Promise<Paused> {
  const resumed = await change(postern, (paused) => {
    const rest = paused.filter((one) => !isSame(one, lane))
    return rest.length < paused.length ? rest : undefined
  })
  if (resumed.kind === 'done') await postern.queue.hasten()
  return resumed
}

type Change = (paused: readonly PausedLane[]) => readonly PausedLane[] | undefined

/** Nothing else is saved, no engine is asked, and a paused one stays so: unlike any other save. */
async function change(postern: Postern, changed: Change): Promise<Paused> {
  for (let tries = 0; tries < mostTries; tries++) {
    const before = await postern.inForce.refresh()
    if (before.faults.length > 0) return { kind: 'invalid', faults: before.faults }
    const paused = changed(before.settings.streams.paused)
    if (!paused) return { kind: 'idle' }
    const checked = await checkCandidate(postern, { settings: withPaused(before.saved, paused) })
    if (checked.kind === 'invalid') return checked
    const faults = sizeFaults(postern, checked.saved, {})
    if (faults.length > 0) return { kind: 'invalid', faults }
    // Of what was read above: what was saved since is not overwritten but read first.
    if (await write(postern, checked.saved, before.version)) {
      const { settings } = await postern.inForce.refresh()
      return { kind: 'done', paused: settings.streams.paused }
    }
  }
  return { kind: 'conflict' }
}

async function write(postern: Postern, saved: SavedSettings, version: string): Promise<boolean> {
  const said = await saidOfOthers(postern, version, [])
  const stored = await postern.settings.write(saved, {}, version)
  if (stored && said.at !== undefined)
    await keepVerdict(postern, stored.version, said.engines, said.at)
  return stored !== undefined
}

function withPaused(saved: SavedSettings, paused: readonly PausedLane[]): SavedSettings {
  const { streams } = saved
  return { ...saved, streams: { ...(isPlainObject(streams) ? streams : {}), paused } }
}
