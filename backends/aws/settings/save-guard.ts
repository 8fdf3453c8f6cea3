import type { Clock } from '../../../mail/ports/clock.ts'
import type { Item } from '../table/item.ts'
import type { Table } from '../table/table.ts'

/** How often the settings had been written when the last save ended, and when that was. */
export interface LastSave {
  readonly count: number
  readonly savedAt: number
}

/**
 * Allows one save at a time, across all processes. A save that dies holds up the next
 * for a minute at most; an edit by hand needs no guard and is not held up.
 */
type SaveGuard = <Saved extends { readonly count: number }>(
  save: (last: LastSave | undefined) => Promise<Saved | undefined>,
) => Promise<Saved | undefined>

/** Longer than the function that saves may run: what it began cannot end later. */
const leaseMs = 60_000

/** How long a save waits for another, and how often it looks. */
const patienceMs = 15_000
const lookAgainMs = 200

export function saveGuard(table: Table, clock: Clock): SaveGuard {
  const key = { p: 'saving', s: 'settings' }
  const patient = new AbortController().signal

  async function take(token: string): Promise<Item> {
    const end = clock.now() + patienceMs
    for (;;) {
      const now = clock.now()
      const { applied, item } = await table.update(
        key,
        { set: { c: token, u: now + leaseMs } },
        { text: 'attribute_not_exists(u) OR u <= :now', values: { ':now': now } },
      )
      if (applied) return item
      if (now >= end) throw new Error('someone else is saving the settings: try again')
      await clock.until(now + lookAgainMs, patient)
    }
  }

  return async (save) => {
    const token = crypto.randomUUID()
    const item = await take(token)
    let saved: { readonly count: number } | undefined
    try {
      const done = await save(lastIn(item))
      saved = done
      return done
    } finally {
      const last = saved && { k: saved.count, t: clock.now() }
      const ours = { text: 'c = :token', values: { ':token': token } }
      await table.update(key, { set: { ...last, c: undefined, u: undefined } }, ours)
    }
  }
}

function lastIn({ k, t }: Item): LastSave | undefined {
  return k === undefined ? undefined : { count: k as number, savedAt: t as number }
}
