import type { Backend } from './ports/backend.ts'
import type { Captures } from './ports/captures.ts'
import type { Emails } from './ports/emails.ts'
import type { Keys } from './ports/keys.ts'
import type { SettingsStore } from './ports/settings-store.ts'
import type { Standing } from './ports/standing.ts'
import type { Webhooks } from './ports/webhooks.ts'
import { webhookOfStanding } from './email/webhook.ts'
import { withoutAddresses } from './trouble.ts'

/** What the log is told: words, ids and numbers; never an address, a content or a secret. */
export interface Told {
  readonly level: 'info' | 'warn' | 'error'
  readonly what: string
  readonly [fact: string]: unknown
}

type Tell = (line: Told) => void

/**
 * The same backend, telling what its operator must know, once it is true: engines that stop
 * taking mail or take it again, emails that end badly, and what administrators change. At the ports,
 * so that no door is forgotten.
 */
export function told<Ports extends Backend>(ports: Ports, tell: Tell): Ports {
  return {
    ...ports,
    standing: toldStanding(ports.standing, tell),
    emails: toldEmails(ports.emails, tell),
    settings: toldSettings(ports.settings, tell),
    keys: toldKeys(ports.keys, tell),
    captures: toldCaptures(ports.captures, tell),
    webhooks: toldWebhooks(ports.webhooks, tell),
  }
}

/** Endpoints of webhooks stand as engines do; what to know of one is that it was disabled. */
function toldStanding(standing: Standing, tellAny: Tell): Standing {
  const tell: Tell = (line) => {
    if (webhookOfStanding(String(line['engine'])) === undefined) tellAny(line)
  }
  return {
    ...standing,
    async pause(engine, pauses, pause) {
      const isOurs = await standing.pause(engine, pauses, pause)
      const still = pauses === 0 ? '' : 'still '
      const until = new Date(pause.until).toISOString()
      const reason = withoutAddresses(pause.reason)
      if (isOurs) tell({ level: 'error', what: `engine ${still}blocked`, engine, reason, until })
      return isOurs
    },
    async degrade(engine, { since, reason, ofEngine }) {
      const isFirst = await standing.degrade(engine, { since, reason, ofEngine })
      const facts = { since: new Date(since).toISOString(), reason: withoutAddresses(reason) }
      if (isFirst) tell({ level: 'warn', what: 'engine degraded', engine, ...facts })
      return isFirst
    },
    async resume(engine) {
      const wasTroubled = await standing.resume(engine)
      if (wasTroubled) tell({ level: 'info', what: 'engine resumed', engine })
      return wasTroubled
    },
  }
}

function toldEmails(emails: Emails, tell: Tell): Emails {
  return {
    ...emails,
    async settle(id, claim, change, also) {
      const isOurs = await emails.settle(id, claim, change, also)
      const { state, lastReason = '' } = change
      if (isOurs && (state === 'failed' || state === 'held'))
        tell({ level: 'warn', what: `email ${state}`, id, reason: withoutAddresses(lastReason) })
      return isOurs
    },
  }
}

function toldSettings(settings: SettingsStore, tell: Tell): SettingsStore {
  return {
    ...settings,
    async write(document, secrets, expectedVersion) {
      const stored = await settings.write(document, secrets, expectedVersion)
      const { version } = stored ?? {}
      const facts = { version, secrets: Object.keys(secrets) }
      if (stored) tell({ level: 'info', what: 'settings saved', ...facts })
      return stored
    },
  }
}

function toldKeys(keys: Keys, tell: Tell): Keys {
  return {
    ...keys,
    async create(key) {
      await keys.create(key)
      const { id, permission, capture } = key
      tell({ level: 'info', what: 'key created', id, permission, capture })
    },
    async revoke(id, scope) {
      const wasThere = await keys.revoke(id, scope)
      if (wasThere) tell({ level: 'info', what: 'key revoked', id })
      return wasThere
    },
  }
}

function toldCaptures(captures: Captures, tell: Tell): Captures {
  return {
    ...captures,
    async remove(ids, scope) {
      const removed = await captures.remove(ids, scope)
      const facts = { project: scope, removed }
      if (ids === 'all') tell({ level: 'info', what: 'captures cleared', ...facts })
      return removed
    },
  }
}

function toldWebhooks(webhooks: Webhooks, tell: Tell): Webhooks {
  return {
    ...webhooks,
    async replace(webhook) {
      const isOurs = await webhooks.replace(webhook)
      const { id, project, disabledReason: reason } = webhook
      if (isOurs && reason !== undefined)
        tell({ level: 'error', what: 'webhook disabled', id, project, reason })
      return isOurs
    },
  }
}
