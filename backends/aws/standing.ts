import type { Clock } from '../../mail/ports/clock.ts'
import type { Event } from '../../mail/ports/events.ts'
import type { EngineStanding, Standing, StoredVerdict } from '../../mail/ports/standing.ts'
import { engineBlocked, engineResumed } from '../../mail/own-events.ts'
import type { Condition } from './table/expressions.ts'
import type { Item } from './table/item.ts'
import { absent, type Table } from './table/table.ts'
import { untold } from './untold.ts'

/** How the engines stand: one item per engine, there only while it has trouble. */
export function dynamoStanding(table: Table, { clock, tell }: Around): Standing {
  const { noteOf, settle } = untold(table, tell)

  /** What a process began that died before it was told. */
  async function finish(engine: string, item: Item | undefined): Promise<Item | undefined> {
    if (item) await settle(item)
    if (item?.['d'] === undefined) return item
    await table.remove(keyOf(engine), { text: 'd = :d', values: { ':d': item['d'] } })
    return undefined
  }

  return {
    async read(engine) {
      // That a pause began a moment ago may be missed, which costs a try; that it is over may not.
      const isPaused = (await table.glance(keyOf(engine))) !== undefined
      const found = isPaused ? await table.get(keyOf(engine)) : undefined
      const isOver = found?.['d'] !== undefined
      // Who may only look leaves it to others.
      const item = await finish(engine, found).catch(() => (isOver ? undefined : found))
      return item ? standingOf(item) : { pauses: 0 }
    },
    async pause(engine, pauses, pause) {
      const { at, until, reason } = pause
      const before = await finish(engine, await table.get(keyOf(engine)))
      const since = (before?.['e'] as number | undefined) ?? at
      const note = pauses === 0 ? noteOf(engineBlocked(engine, pause)) : {}
      const item = { ...keyOf(engine), u: until, m: reason, e: since, k: pauses + 1, ...note }
      const seen = { text: 'k = :pauses', values: { ':pauses': pauses } }
      const { applied } = await table.put(item, pauses === 0 ? unpaused : seen)
      if (applied) await settle(item)
      return applied
    },
    async degrade(engine, { since, reason, ofEngine }) {
      const trouble = { m: reason, o: ofEngine }
      const first = await table.put({ ...keyOf(engine), ...trouble, e: since }, absent)
      if (!first.applied) await table.update(keyOf(engine), { set: trouble }, unpaused)
      return first.applied
    },
    async takeProbe(engine, now, until) {
      const over = { text: 'u <= :now', values: { ':now': now } }
      return (await table.update(keyOf(engine), { set: { u: until } }, over)).applied
    },
    async resume(engine) {
      const before = await table.get(keyOf(engine))
      const now = clock.now()
      const note = before?.['k'] ? noteOf(engineResumed(engine, now)) : {}
      if (!('z' in note)) return table.remove(keyOf(engine))
      await finish(engine, before)
      const paused = { text: 'attribute_exists(k) AND attribute_not_exists(d)' }
      const over = await table.update(keyOf(engine), { set: { d: now, ...note } }, paused)
      if (over.applied) await finish(engine, over.item)
      return over.applied
    },
    async readVerdict() {
      const item = await table.get(verdictKey)
      return item && verdictOf(item)
    },
    async writeVerdict({ about, at, engines }) {
      await table.put({ ...verdictKey, b: about, t: at, v: JSON.stringify(engines) })
    },
  }
}

interface Around {
  readonly clock: Clock
  readonly tell: (events: readonly Event[]) => Promise<void>
}

const unpaused: Condition = { text: 'attribute_not_exists(k)' }

const verdictKey = { p: 'verdict', s: 'v' }

function keyOf(engine: string) {
  return { p: `g#${engine}`, s: 'g' }
}

function standingOf(item: Item): EngineStanding {
  const { u, m, k = 0, e, o } = item
  return {
    ...(u !== undefined && { pausedUntil: u as number }),
    reason: m as string,
    // An earlier version did not write that down.
    ...(e !== undefined && { since: e as number }),
    ...(o !== undefined && { ofEngine: o as boolean }),
    pauses: k as number,
  }
}

function verdictOf(item: Item): StoredVerdict {
  return {
    about: item['b'] as string,
    at: item['t'] as number,
    engines: JSON.parse(item['v'] as string) as StoredVerdict['engines'],
  }
}
