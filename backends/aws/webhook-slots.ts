import type { Clock } from '../../mail/ports/clock.ts'
import type { Key } from './table/item.ts'
import type { Table } from './table/table.ts'

/** Bounds how many work for one endpoint at the same time, wherever they run. */
export interface WebhookSlots {
  /**
   * One of the two slots of an endpoint, or undefined while both are taken. It is free again at
   * `until` in any case.
   */
  take(webhookId: string, until: number): Promise<Slot | undefined>
}

interface Slot {
  release(): Promise<void>
}

/** Who has one makes one attempt at a time, so an endpoint gets at most so many at once. */
const names = ['a', 'b'] as const

/** An item for each endpoint: until when each of its slots is taken. */
export function dynamoWebhookSlots(table: Table, clock: Clock): WebhookSlots {
  async function release(key: Key, name: string, until: number) {
    const ours = { text: `${name} = :ours`, values: { ':ours': until } }
    await table.update(key, { set: { [name]: undefined } }, ours)
  }

  return {
    async take(webhookId, until) {
      const key = { p: `slots#${webhookId}`, s: 'slots' }
      const x = Math.ceil(until / 1_000) + keptSeconds
      for (const name of names) {
        const text = `attribute_not_exists(${name}) OR ${name} <= :now`
        const free = { text, values: { ':now': clock.now() } }
        const { applied } = await table.update(key, { set: { [name]: until, x } }, free)
        if (applied) return { release: () => release(key, name, until) }
      }
      return undefined
    },
  }
}

/** It outlives its endpoint by so much. */
const keptSeconds = 86_400
