import { allProjects } from '../email/project.ts'
import type { Guardian } from '../ports/guardian.ts'
import type { SettingsInForce } from '../ports/in-force.ts'
import type { Watch } from '../ports/reputation.ts'
import { openCounts } from './counts.ts'
import { changesOf, keyOf, startOf } from './judge.ts'
import { putWatch, type Watching } from './put-watch.ts'

/** How often the senders are judged, in milliseconds: as often as settings are read again. */
const everyMs = 15_000

/** So many recipients are written down at once, or the rate of a fast mailing would look too high. */
const mostUnwritten = 200

/** Fewer than this change no rate: they wait, so that little mail does not cost a write for each. */
const fewUnwritten = 20
const fewMs = 300_000

type Parts = Watching & { readonly inForce: Pick<SettingsInForce, 'current'> }

/** The guardian of one process. What it counts and decides is shared by all of them. */
export function guardian(parts: Parts): Guardian {
  const { reputation, clock, inForce } = parts
  const counts = openCounts()
  let watches: ReadonlyMap<string, Watch> = new Map()
  let judgedAt = Number.NEGATIVE_INFINITY
  let writtenAt = clock.now()
  let looking: Promise<void> | undefined

  const isTime = () => clock.now() - judgedAt >= everyMs

  async function write() {
    writtenAt = clock.now()
    await counts.write((some) => reputation.add(some))
  }

  async function lookNow() {
    if (counts.size() >= fewUnwritten || clock.now() - writtenAt >= fewMs) await write()
    if (!isTime()) return
    watches = byKey((await judgeNow()).filter(({ level }) => level !== 'well'))
    judgedAt = clock.now()
  }

  async function judgeNow(): Promise<Watch[]> {
    const now = clock.now()
    const limits = (await inForce.current()).settings.guardian
    const [hours, seen] = await Promise.all([
      reputation.read(allProjects, startOf(now, limits)),
      reputation.watches(allProjects),
    ])
    const before = byKey(seen)
    const changes = changesOf({ hours, watches: seen, limits, now })
    for (const change of changes) await putWatch(parts, change, before.get(keyOf(change)))
    return [...new Map([...before, ...byKey(changes)]).values()]
  }

  return {
    note: (sender, recipients) => counts.note(sender, recipients, clock.now()),
    async look() {
      if (isTime() || counts.size() >= mostUnwritten)
        looking ??= lookNow().finally(() => (looking = undefined))
      await looking
    },
    watched: () => [...watches.values()],
    holdOf(sender) {
      const watch = watches.get(keyOf(sender))
      return watch?.level === 'held' ? watch : undefined
    },
    close: write,
  }
}

function byKey(watches: readonly Watch[]): Map<string, Watch> {
  return new Map(watches.map((watch) => [keyOf(watch), watch]))
}
