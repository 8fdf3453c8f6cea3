import { jsonIn } from '../../../mail/email/json.ts'
import { addressFinder } from '../../../mail/erase/address-finder.ts'
import type { Erasure, ErasureSlice, ErasureStep } from '../../../mail/ports/erasure.ts'
import { isLive } from '../table/live.ts'
import type { Key } from '../table/item.ts'
import type { ErasureParts, Find, Search } from './find.ts'
import { itemFound } from './items.ts'
import { folders } from './objects.ts'

/** Items that are read at a time, and objects, which may have 40 MB each. */
const itemsAtOnce = 200
const objectsAtOnce = 4

/**
 * Looks through the whole table, then through the bucket. No index has all places in which an address
 * may stand, as each email would pay for it.
 */
export function awsErasure(parts: ErasureParts): Erasure {
  return {
    async step(asked) {
      const place = placeOf(asked.after)
      const search = { ...parts, ...asked, finder: addressFinder(asked.address) }
      return place.folder === undefined ? inTable(search, place) : inFolder(search, place)
    },
  }
}

interface Place {
  /** Of the bucket; absent while the table is looked through. */
  readonly folder?: number
  readonly after?: Key | string
}

async function inTable(search: Search, { after }: Place): Promise<ErasureSlice> {
  const { table, clock, isTrial } = search
  const page = await table.scan(itemsAtOnce, after as Key | undefined)
  const live = page.items.filter((item) => isLive(item, clock.now()) || !isTrial)
  const finds = await Promise.all(live.map((item) => itemFound(item, search)))
  const next = page.next as Key | undefined
  return sliceOf(search, finds, next ? { after: next } : { folder: 0 })
}

async function inFolder(search: Search, { folder = 0, after }: Place): Promise<ErasureSlice> {
  const here = folders[folder]
  if (!here) return sliceOf(search, [])
  const keys = await search.bucket.list(here.prefix, after as string | undefined)
  const some = keys.slice(0, objectsAtOnce)
  const finds = await Promise.all(some.map((key) => here.look(key, search)))
  const isEnd = some.length < objectsAtOnce
  return sliceOf(search, finds, isEnd ? { folder: folder + 1 } : { folder, after: some.at(-1)! })
}

async function sliceOf(
  { isTrial }: ErasureStep,
  looked: readonly (Find | undefined)[],
  place?: Place,
): Promise<ErasureSlice> {
  const finds = looked.filter((one) => one !== undefined)
  if (!isTrial) await Promise.all(finds.flatMap(({ erase }) => (erase ? [erase()] : [])))
  return {
    found: finds.filter(({ erase }) => erase).map(({ kind }) => kind),
    left: finds.filter(({ erase }) => !erase).map(({ kind }) => kind),
    waiting: finds.flatMap(({ waiting }) => waiting ?? []),
    ...(place && { after: Buffer.from(JSON.stringify(place)).toString('base64url') }),
  }
}

function placeOf(text: string | undefined): Place {
  if (text === undefined) return {}
  const place = jsonIn(Buffer.from(text, 'base64url').toString())
  if (typeof place !== 'object' || place === null) throw new RangeError('not a place of an erasure')
  return place
}
