import { erasedEvent, without } from '../../../mail/erase/erased.ts'
import type { Event } from '../../../mail/ports/events.ts'
import { isNamedIn, type Stage } from './stage.ts'

/** Events stay, as readers go on behind them; without the address and what it did. */
export const events: Stage = {
  kind: 'events',
  key: { seq: -1 },
  select: 'SELECT seq, id, project, event FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
  look(row, { sql, finder }) {
    const event = JSON.parse(row['event'] as string) as Event
    if (!finder.is(event.address) && !isNamedIn(row, finder)) return undefined
    const text = JSON.stringify(erasedEvent(event, finder))
    return {
      erase: () => void sql('UPDATE events SET event = ? WHERE id = ?').run(text, row['id']!),
    }
  },
}

/** A notice that waits is told without the address; of one that was told or given up nothing is left. */
export const notices: Stage = {
  kind: 'notices',
  key: { seq: -1 },
  select: `SELECT seq, state, body, tries, webhooks.project FROM notices
    LEFT JOIN webhooks ON webhooks.id = webhook_id WHERE seq > ? ORDER BY seq LIMIT ?`,
  look(row, { sql, finder }) {
    if (!isNamedIn(row, finder)) return undefined
    const { seq, state, body } = row
    if (state !== 'waiting')
      return { erase: () => void sql('DELETE FROM notices WHERE seq = ?').run(seq!) }
    const told = JSON.stringify(without(JSON.parse(body as string), finder))
    const text = `UPDATE notices SET body = ?, tries = '[]' WHERE seq = ?`
    return { erase: () => void sql(text).run(told, seq!) }
  },
}
