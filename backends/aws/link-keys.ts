import { randomBytes } from 'node:crypto'
import type { Clock } from '../../mail/ports/clock.ts'
import type { LinkKeys } from '../../mail/ports/link-keys.ts'
import { linkKeysAt } from './env.ts'
import { absent, type Table } from './table/table.ts'

/** So long a process signs with what it knows, in milliseconds: no email costs a question more. */
const freshMs = 1_200_000

/** The keys of links: one item, newest first, read once in 20 minutes by each environment. */
export function dynamoLinkKeys(table: Table, clock: Clock): LinkKeys {
  let known: { readonly at: number; readonly keys: readonly string[] } | undefined

  async function read(): Promise<readonly string[]> {
    const item = await table.get(linkKeysAt)
    return (item?.['k'] as string[] | undefined) ?? []
  }

  /** Another process may do the same at the same time: then its key is as good. */
  async function add(before: readonly string[]) {
    const keys = [randomBytes(32).toString('base64'), ...before]
    const same = { text: 'k = :k', values: { ':k': before } }
    await table.put({ ...linkKeysAt, k: keys }, before.length === 0 ? absent : same)
  }

  return {
    async all(isFresh = false) {
      if (known && !isFresh && known.at > clock.now() - freshMs) return known.keys
      if ((await read()).length === 0) await add([])
      known = { at: clock.now(), keys: await read() }
      return known.keys
    },
    async rotate() {
      await add(await read())
      known = undefined
    },
  }
}
