import { allProjects, isInScope } from '../../../mail/email/project.ts'
import { erasedAddress } from '../../../mail/email/erased-address.ts'
import type { Erasable } from '../../../mail/email/erasable.ts'
import { erasedEvent, without } from '../../../mail/erase/erased.ts'
import type { Event } from '../../../mail/ports/events.ts'
import { captureOf } from '../capture-items.ts'
import { noticeIn } from '../notice-items.ts'
import { recordOf } from '../suppression-items.ts'
import { present } from '../table/table.ts'
import type { Item } from '../table/item.ts'
import { isCaptureOf, keyIn, seesAll, type Find, type Search } from './find.ts'
import { emailFound } from './records.ts'

type Look = (item: Item, search: Search) => Promise<Find | undefined> | Find | undefined

/** What is looked for in each kind of item, by its key; the first that fits. */
const looks: readonly (readonly [RegExp, Look])[] = [
  [/^e#.*\te$/, emailFound],
  [/^c#.*\tc$/, captureFound],
  [/^v[0-3]#/, eventFound],
  [/^o[0-3]#/, noticeFound],
  [/^u#/, suppressionFound],
  [/^i#/, wordsIn('idempotency_keys', 'r')],
  [/^dead\t/, wordsIn('dead_letters', 'm')],
  [/^g#/, wordsIn('engine_states', 'm')],
  [/^verdict\t/, wordsIn('engine_states', 'v')],
]

/** Undefined when an item does not name the address. */
export async function itemFound(item: Item, search: Search): Promise<Find | undefined> {
  const { p, s } = keyIn(item)
  return looks.find(([pattern]) => pattern.test(`${p}\t${s}`))?.[1](item, search)
}

/** Those of others that speak of the address are found by their bytes. */
function captureFound(item: Item, { finder, scope, captures }: Search): Find | undefined {
  const capture = captureOf(item)
  if (!isInScope(capture.project, scope) || !isCaptureOf(capture, finder)) return undefined
  return { kind: 'captures', erase: () => captures.remove([capture.id], scope) }
}

function eventFound(item: Item, { finder, scope, table }: Search): Find | undefined {
  const text = item['a'] as string
  const event = JSON.parse(text) as Event
  if (!isInScope(event.project, scope) || !(finder.is(event.address) || finder.isIn(text)))
    return undefined
  const set = { a: JSON.stringify(erasedEvent(event, finder)) }
  return { kind: 'events', erase: () => table.update(keyIn(item), { set }, present) }
}

/** One that waits is told without the address. */
async function noticeFound(item: Item, search: Search): Promise<Find | undefined> {
  const { finder, scope, table, webhooks } = search
  const { body, tries, state, webhookId } = noticeIn(item)
  if (!finder.isIn(body) && !finder.isIn(JSON.stringify(tries))) return undefined
  if (!seesAll(search) && !(await webhooks.get(webhookId, scope))) return undefined
  const kind = 'notices'
  if (state !== 'waiting') return { kind, erase: () => table.remove(keyIn(item)) }
  const set = { b: JSON.stringify(without(JSON.parse(body), finder)), e: undefined }
  return { kind, erase: () => table.update(keyIn(item), { set }, present) }
}

/** Announced uploads lie below keys of the same kind. */
function suppressionFound(item: Item, search: Search): Find | undefined {
  if (item['h'] === undefined) return undefined
  const { finder, scope, table, withSuppressions } = search
  const record = recordOf(item)
  if (scope !== allProjects && record.project !== scope) return undefined
  const kind = 'suppressions'
  if (finder.is(record.address)) {
    if (record.causes.length > 0 && !withSuppressions) return { kind }
    return { kind, erase: () => table.remove(keyIn(item)) }
  }
  const [a, h] = [item['a'] as string, item['h'] as string]
  if (!finder.isIn(a) && !finder.isIn(h)) return undefined
  const set = { a: finder.without(a, erasedAddress), h: finder.without(h, erasedAddress) }
  return { kind, erase: () => table.update(keyIn(item), { set }, present) }
}

/** The words of servers, without the address. */
function wordsIn(kind: Erasable, attribute: string): Look {
  return (item, search) => {
    const words = item[attribute]
    const { finder, table } = search
    if (typeof words !== 'string' || !seesAll(search) || !finder.isIn(words)) return undefined
    const set = { [attribute]: finder.without(words, erasedAddress) }
    return { kind, erase: () => table.update(keyIn(item), { set }, present) }
  }
}
