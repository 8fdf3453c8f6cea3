import type { Erasable } from '../../../mail/email/erasable.ts'
import { hashedKey } from '../idempotency.ts'
import { comparisonKey } from '../../../mail/email/address.ts'
import { erasedAddress } from '../../../mail/email/erased-address.ts'
import { isNamedIn, type Stage } from './stage.ts'

/** Feedback that waits to be dealt with: that takes a minute, and would suppress the address. */
export const signals: Stage = {
  kind: 'feedback',
  isShared: true,
  key: { seq: -1 },
  select: 'SELECT seq, signal FROM signals WHERE seq > ? ORDER BY seq LIMIT ?',
  look: (row, { finder }) => (isNamedIn(row, finder) ? {} : undefined),
}

/** A key goes on keeping a second email away for its 24 hours, as a hash. */
export const idempotency: Stage = {
  kind: 'idempotency_keys',
  isShared: true,
  key: { owner: '', key: '' },
  select: `SELECT owner, key, refused FROM idempotency
    WHERE (owner, key) > (?, ?) ORDER BY owner, key LIMIT ?`,
  look(row, { sql, finder }) {
    const { owner, key, refused } = row
    // Of any letters: `welcome-bob@example.com` is no other address there.
    const isInKey = comparisonKey(key as string).includes(finder.key)
    if (!isInKey && !isNamedIn(row, finder)) return undefined
    const text =
      'UPDATE OR REPLACE idempotency SET key = ?, refused = ? WHERE owner = ? AND key = ?'
    const kept = isInKey ? hashedKey(key as string) : key!
    const words = refused === null ? null : finder.without(refused as string, erasedAddress)
    return { erase: () => void sql(text).run(kept, words, owner!, key!) }
  },
}

/** What suppresses the address stays unless it is asked for; what only tells of earlier goes. */
export const suppressions: Stage = {
  kind: 'suppressions',
  key: { address: '', project: '', list: '' },
  select: `SELECT * FROM suppressions WHERE (address, project, list) > (?, ?, ?)
    ORDER BY address, project, list LIMIT ?`,
  look(row, { sql, finder, withSuppressions }) {
    const { address, project, list, causes, history } = row
    if (!finder.is(address as string) && !isNamedIn(row, finder)) return undefined
    const where = 'WHERE address = ? AND project = ? AND list = ?'
    const place = [address!, project!, list!] as const
    if (!finder.is(address as string)) {
      const texts = [causes, history].map((one) => finder.without(one as string, erasedAddress))
      const text = `UPDATE suppressions SET causes = ?, history = ? ${where}`
      return { erase: () => void sql(text).run(...(texts as [string, string]), ...place) }
    }
    if (row['forgotten_at'] === null && !withSuppressions) return {}
    return { erase: () => void sql(`DELETE FROM suppressions ${where}`).run(...place) }
  },
}

export const deadLetters = wordsIn('dead_letters', { kind: 'dead_letters', column: 'reason' })

/** Why an engine rests, and what a server said when it was verified. */
export const standings = [
  wordsIn('standing', { kind: 'engine_states', column: 'reason' }),
  wordsIn('verdict', { kind: 'engine_states', column: 'engines' }),
]

/** The words of servers, without the address. */
function wordsIn(table: string, { kind, column }: { kind: Erasable; column: string }): Stage {
  return {
    kind,
    isShared: true,
    key: { place: -1 },
    select: `SELECT rowid AS place, ${column} AS words FROM ${table}
      WHERE rowid > ? ORDER BY rowid LIMIT ?`,
    look(row, { sql, finder }) {
      if (!isNamedIn(row, finder)) return undefined
      const words = finder.without(row['words'] as string, erasedAddress)
      const text = `UPDATE ${table} SET ${column} = ? WHERE rowid = ?`
      return { erase: () => void sql(text).run(words, row['place']!) }
    },
  }
}
