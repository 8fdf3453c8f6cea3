import type { SettingsStore, StoredSettings } from '../../../mail/ports/settings-store.ts'
import type { Item } from '../table/item.ts'
import type { Table } from '../table/table.ts'

/**
 * The same settings, with a copy of the last document in the table for the first read of a process:
 * Parameter Store answers 40 questions a second for all applications of an account together, and
 * many processes start at once. For accepting only: what is sent goes by the document itself, and
 * waits for it.
 */
export function copiedSettings(store: SettingsStore, table: Table): SettingsStore {
  let known: string | undefined

  /** Nothing depends on it being written: the next process does it. */
  async function copy({ settings, version, savedAt }: StoredSettings): Promise<void> {
    known = version
    if ((await table.get(key))?.['b'] === version) return
    await table.put({ ...key, b: version, t: savedAt, v: JSON.stringify({ settings }) })
  }

  return {
    ...store,
    async read() {
      try {
        const found = await store.read()
        if (found.version !== known && found.fault === undefined)
          await copy(found).catch(() => undefined)
        return found
      } catch (error) {
        const last = known === undefined ? await table.get(key) : undefined
        if (!last) throw error
        return documentIn(last)
      }
    },
  }
}

const key = { p: 'settings', s: 'copy' }

/** What was saved last, as far as a process copied it. */
export async function copyIn(table: Table): Promise<StoredSettings | undefined> {
  const item = await table.glance(key)
  return item && documentIn(item)
}

function documentIn(item: Item): StoredSettings {
  const { settings } = JSON.parse(item['v'] as string) as { settings?: unknown }
  const savedAt = item['t'] as number | undefined
  return { settings, version: item['b'] as string, ...(savedAt !== undefined && { savedAt }) }
}
