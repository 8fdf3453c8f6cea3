import { mostWebhooks } from '../../mail/email/webhook.ts'
import { allProjects, isInScope } from '../../mail/email/project.ts'
import { disablingOf } from '../../mail/notify/change.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Event } from '../../mail/ports/events.ts'
import type { KnownWebhook, Webhook, Webhooks, WebhookSecret } from '../../mail/ports/webhooks.ts'
import { webhookSecretsAt } from './env.ts'
import { remembered } from './remembered.ts'
import type { Item, Key } from './table/item.ts'
import { absent, type Table } from './table/table.ts'
import { allOf, walk } from './table/walk.ts'

/**
 * The endpoints of webhooks: an item each, which names the item of its secrets. Those lie below a key
 * that only the functions may read that show or use them. New secrets are written before the
 * endpoint names them, old ones removed after it no longer does.
 */
export function dynamoWebhooks(table: Table, { clock, tell }: Around): Webhooks {
  const known = remembered(async () => (await all(false)).map(knownIn), clock, knownMs)

  async function all(consistent: boolean): Promise<readonly Item[]> {
    const where = { text: 'p = :webhooks', values: { ':webhooks': keyOf('').p } }
    return allOf(walk(table, { where, consistent }))
  }

  /** Looked for again where its secrets were changed just then. */
  async function whole(id: string): Promise<Webhook | undefined> {
    for (let tries = 0; tries < mostTries; tries++) {
      const item = await table.get(keyOf(id))
      if (!item) return undefined
      const secrets = await secretsOf(item)
      if (secrets) return { ...knownIn(item), secrets }
    }
    throw new Error('the secrets of a webhook are not there')
  }

  async function secretsOf(item: Item): Promise<readonly WebhookSecret[] | undefined> {
    const found = await table.get(secretsKey(item))
    return found && secretsIn(found)
  }

  async function putSecrets(id: string, secrets: readonly WebhookSecret[]): Promise<string> {
    const name = crypto.randomUUID()
    await table.put({ ...secretsKey({ s: id, y: name }), a: JSON.stringify(secrets) })
    return name
  }

  /** The name of these secrets: a new one unless they are those that there are. */
  async function nameOf({ id, secrets }: Webhook, before: Item): Promise<string> {
    const there = await secretsOf(before)
    const isSame = JSON.stringify(there) === JSON.stringify(secrets)
    return isSame ? (before['y'] as string) : putSecrets(id, secrets)
  }

  return {
    most: mostWebhooks,
    async create(webhook) {
      const name = await putSecrets(webhook.id, webhook.secrets)
      await table.put(itemOf(webhook, name), absent)
    },
    async get(id, scope) {
      const webhook = await whole(id)
      return webhook && isInScope(webhook.project, scope) ? webhook : undefined
    },
    list: async (scope) =>
      (await all(true)).map(knownIn).filter(({ project }) => isInScope(project, scope)),
    known: () => known(clock.now(), allProjects),
    async replace(webhook) {
      const before = await table.get(keyOf(webhook.id))
      if (before?.['r'] !== webhook.revision - 1) return false
      const name = await nameOf(webhook, before)
      const seen = { text: 'r = :r', values: { ':r': webhook.revision - 1 } }
      const { applied } = await table.put(itemOf(webhook, name), seen)
      const needless = applied ? before : { ...before, y: name }
      if (name !== before['y']) await table.remove(secretsKey(needless))
      if (applied) await tell(disablingOf(webhook))
      return applied
    },
    async remove(id, scope) {
      const item = await table.get(keyOf(id))
      if (!item || !isInScope(knownIn(item).project, scope)) return false
      const wasThere = await table.remove(keyOf(id))
      await table.remove(secretsKey(item))
      return wasThere
    },
  }
}

interface Around {
  readonly clock: Clock
  readonly tell: (events: readonly Event[]) => Promise<void>
}

/** How long who writes events goes by what was there, in milliseconds. */
const knownMs = 5_000

/** Between reading an endpoint and its secrets they are changed by a person, at most now and then. */
const mostTries = 5

function keyOf(id: string): Key {
  return { p: 'webhooks', s: id }
}

/** @param item of the endpoint, or as much of it as says where its secrets are */
function secretsKey({ s, y }: Item): Key {
  return { p: webhookSecretsAt, s: `${s as string}#${y as string}` }
}

function itemOf({ secrets: _, ...known }: Webhook, secretsName: string) {
  const { id, revision } = known
  return { ...keyOf(id), a: JSON.stringify(known), r: revision, y: secretsName }
}

function knownIn(item: Item): KnownWebhook {
  return JSON.parse(item['a'] as string) as KnownWebhook
}

function secretsIn(item: Item): readonly WebhookSecret[] {
  return JSON.parse(item['a'] as string) as WebhookSecret[]
}
