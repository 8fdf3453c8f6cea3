import type { EngineStanding, Standing, StoredVerdict } from '../../mail/ports/standing.ts'
import type { Item } from './table/item.ts'
import { absent, type Table } from './table/table.ts'

/** How the engines stand: one item per engine, there only while it is paused. */
export function dynamoStanding(table: Table): Standing {
  return {
    async read(engine) {
      // That a pause began a moment ago may be missed, which costs a try; that it is over may not.
      const isPaused = (await table.glance(keyOf(engine))) !== undefined
      const item = isPaused ? await table.get(keyOf(engine)) : undefined
      return item ? standingOf(item) : { pauses: 0 }
    },
    async pause(engine, pauses, until, reason) {
      const item = { ...keyOf(engine), u: until, m: reason, k: pauses + 1 }
      const seen = { text: 'k = :pauses', values: { ':pauses': pauses } }
      await table.put(item, pauses === 0 ? absent : seen)
    },
    async takeProbe(engine, now, until) {
      const over = { text: 'u <= :now', values: { ':now': now } }
      return (await table.update(keyOf(engine), { set: { u: until } }, over)).applied
    },
    async resume(engine) {
      await table.remove(keyOf(engine))
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

const verdictKey = { p: 'verdict', s: 'v' }

function keyOf(engine: string) {
  return { p: `g#${engine}`, s: 'g' }
}

function standingOf(item: Item): EngineStanding {
  return {
    pausedUntil: item['u'] as number,
    reason: item['m'] as string,
    pauses: item['k'] as number,
  }
}

function verdictOf(item: Item): StoredVerdict {
  return {
    about: item['b'] as string,
    at: item['t'] as number,
    engines: JSON.parse(item['v'] as string) as StoredVerdict['engines'],
  }
}
