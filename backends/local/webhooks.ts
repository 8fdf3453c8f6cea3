import { mostWebhooks } from '../../mail/email/webhook.ts'
import { disablingOf } from '../../mail/notify/change.ts'
import type { Event } from '../../mail/ports/events.ts'
import type { Webhook, Webhooks } from '../../mail/ports/webhooks.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import type { Row } from './pages.ts'

export interface LocalWebhooks extends Webhooks {
  known(): Promise<readonly Webhook[]>
  /** The same at once. */
  all(): readonly Webhook[]
  /** Calls the listener whenever one has changed. */
  listen(listener: () => void): () => void
}

/**
 * The endpoints of webhooks, as rows.
 *
 * @param tell keeps an event with all that follows from it, inside a transaction
 */
export function sqliteWebhooks(
  { sql, write }: Store,
  tell: (event: Event) => unknown,
): LocalWebhooks {
  const listeners = new Set<() => void>()
  /** All, as the rows say: asked for each event, changed by this process alone. */
  let known: readonly Webhook[] | undefined
  const change = <T>(work: () => T) =>
    write(work).finally(() => {
      known = undefined
      listeners.forEach((listener) => listener())
    })
  const list = (scope: string) => {
    const text = `SELECT webhook FROM webhooks WHERE ${inScope} ORDER BY id`
    return sql(text).all(scope, scope).map(webhookOf)
  }

  const all = () => (known ??= list('*'))

  return {
    most: mostWebhooks,
    create: (webhook) => change(() => insert(sql, webhook)),
    async get(id, scope) {
      const text = `SELECT webhook FROM webhooks WHERE ${inScope} AND id = ?`
      const row = sql(text).get(scope, scope, id)
      return row && webhookOf(row)
    },
    list: async (scope) => list(scope),
    all,
    known: async () => all(),
    replace: (webhook) =>
      change(() => {
        const { id, revision } = webhook
        const text = 'UPDATE webhooks SET revision = ?, webhook = ? WHERE id = ? AND revision = ?'
        const isOurs =
          sql(text).run(revision, JSON.stringify(webhook), id, revision - 1).changes === 1
        if (isOurs) disablingOf(webhook).forEach(tell)
        return isOurs
      }),
    remove: (id, scope) =>
      change(() => {
        const text = `DELETE FROM webhooks WHERE ${inScope} AND id = ?`
        return sql(text).run(scope, scope, id).changes === 1
      }),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function insert(sql: Store['sql'], webhook: Webhook) {
  const { id, project, revision } = webhook
  const text = 'INSERT INTO webhooks (id, project, revision, webhook) VALUES (?, ?, ?, ?)'
  sql(text).run(id, project, revision, JSON.stringify(webhook))
}

function webhookOf(row: Row): Webhook {
  return JSON.parse(row['webhook'] as string) as Webhook
}
