import { allProjects, isInScope } from '../../mail/email/project.ts'
import type { SuppressedPlace, SuppressionCause } from '../../mail/email/suppression.ts'
import { dayMs } from '../../mail/email/time.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Event } from '../../mail/ports/events.ts'
import type { Added, SuppressionQuestion, Suppressions } from '../../mail/ports/suppressions.ts'
import { suppressionAdded, suppressionsRemoved } from '../../mail/own-events.ts'
import {
  isNewIn,
  placeKey,
  suppressionOf,
  withCause,
  withoutCauses,
  type SuppressionRecord,
} from '../../mail/suppress/record.ts'
import { listSuppressions } from './suppression-list.ts'
import { idKey, isOf, itemOfRecord, placeItemKey, recordOf } from './suppression-items.ts'
import type { Item } from './table/item.ts'
import { isLive } from './table/live.ts'
import { knownProjects } from './table/project-lists.ts'
import { absent, type Table } from './table/table.ts'
import { untold } from './untold.ts'

/**
 * What is suppressed: one item for each place, which holds its history too, so that every change is
 * one conditional write.
 */
export function dynamoSuppressions(table: Table, { clock, tell }: Around): Suppressions {
  const known = knownProjects(table)
  const { noteOf, settle } = untold(table, tell)

  async function read(place: SuppressedPlace): Promise<Seen> {
    const item = await table.get(placeItemKey(place))
    if (!item) return { revision: 0 }
    // Two addresses of one key would take 2^37 tries to find, and only their owner.
    if (!isOf(item, place)) throw new Error('two suppressions have the same key')
    const record = isLive(item, clock.now()) ? recordOf(item) : undefined
    return { record, revision: item['r'] as number, item }
  }

  /** Says whether nothing came in between. */
  async function write(
    record: SuppressionRecord,
    { revision, item: before }: Seen,
    events: readonly Event[] = [],
  ): Promise<boolean> {
    if (before) await settle(before)
    const condition = revision === 0 ? absent : { text: 'r = :r', values: { ':r': revision } }
    const item = { ...itemOfRecord(record, revision + 1), ...noteOf(events) }
    const { applied } = await table.put(item, condition)
    if (applied) await settle(item)
    return applied
  }

  /** Also of one that was there, as it may have been added by a call that died before it told so. */
  async function tellAdded({ suppression, isNew }: Added, { reason }: SuppressionCause) {
    const cause = suppression.causes.find((one) => one.reason === reason)!
    const now = clock.now()
    if (isNew || now - cause.at < dayMs) await tell([suppressionAdded(suppression, cause, now)])
  }

  return {
    async find(question) {
      const places = placesOf(question)
      const items = await table.getAll([...places.values()].map(placeItemKey))
      // No email waits for what is told of another change.
      await Promise.all(items.map((item) => settle(item).catch(() => undefined)))
      const records = items.map(recordOf)
      const found = records.filter(({ causes }) => causes.length > 0)
      return found.filter((record) => places.has(placeKey(record))).map(suppressionOf)
    },
    async add(place, cause) {
      const added = await untilWritten(async () => {
        const seen = await read(place)
        const changed = withCause(seen.record, place, cause)
        if (!changed) return { suppression: suppressionOf(seen.record!), isNew: false }
        if (place.project !== allProjects) await known(place.project)
        if (!(await write(changed, seen))) return undefined
        return { suppression: suppressionOf(changed), isNew: isNewIn(seen.record, cause) }
      })
      await tellAdded(added, cause)
      return added
    },
    async remove(place, removal) {
      const { taken } = await untilWritten(async () => {
        const seen = await read(place)
        const change = seen.record && withoutCauses(seen.record, removal)
        if (!change) return { taken: undefined }
        const told = suppressionsRemoved(change.taken, removal)
        return (await write(change.left, seen, told)) ? { taken: change.taken } : undefined
      })
      return taken
    },
    async get(id, scope) {
      const item = await table.get(idKey(id))
      const record = item && recordOf(item)
      const isThere = record?.id === id && record.causes.length > 0
      return isThere && isInScope(record.project, scope) ? suppressionOf(record) : undefined
    },
    list: (query) => listSuppressions(table, clock, query),
    history: async (place) => (await read(place)).record?.history ?? [],
  }
}

interface Around {
  readonly clock: Clock
  readonly tell: (events: readonly Event[]) => Promise<void>
}

interface Seen {
  readonly record?: SuppressionRecord
  /** 0: there is no item. */
  readonly revision: number
  readonly item?: Item
}

/** Every place that an email to these addresses may meet; each once, as DynamoDB wants it. */
function placesOf({ project, addresses, list }: SuppressionQuestion) {
  const places = addresses.flatMap((address) =>
    [project, allProjects].flatMap((project) => [
      { project, address },
      ...(list === undefined ? [] : [{ project, address, list }]),
    ]),
  )
  return new Map(places.map((place): [string, SuppressedPlace] => [placeKey(place), place]))
}

/** Signals of one address come together at most a few at a time. */
const mostTries = 20

async function untilWritten<Done>(attempt: () => Promise<Done | undefined>): Promise<Done> {
  for (let tries = 0; tries < mostTries; tries++) {
    const done = await attempt()
    if (done !== undefined) return done
  }
  throw new Error('a suppression keeps being changed by others')
}
