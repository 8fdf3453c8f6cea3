import type { Check } from '../check.ts'
import { listenerOf, type SesEvent } from '../listener.ts'
import { simulator } from '../options.ts'
import { send, useSes } from './sending.ts'

/**
 * What becomes of mail to each address of the mailbox simulator, which works in the sandbox and
 * harms no reputation (SES guide, "Using the mailbox simulator").
 */
const becomes: Readonly<Record<string, readonly string[]>> = {
  success: ['Send', 'Delivery'],
  bounce: ['Send', 'Bounce'],
  complaint: ['Send', 'Delivery', 'Complaint'],
  ooto: ['Send', 'Delivery'],
  suppressionlist: ['Send', 'Bounce'],
}

export const simulated: readonly Check[] = Object.entries(becomes).map(([mailbox, types]) => ({
  name: `SES tells what became of mail to ${mailbox}@${simulator}`,
  expected: types.join(', '),
  needs: ['aws', 'api', 'sender'],
  async run(trial) {
    await useSes(trial)
    const listener = await listenerOf(trial)
    const id = await send(trial, { to: `${mailbox}@${simulator}` })
    const events = await listener.eventsOf(id, types)
    for (const event of events) trial.record(fileOf(mailbox, event), event)
    const seen = events.map(({ eventType }) => eventType)
    return { isOk: types.every((type) => seen.includes(type)), seen: seen.join(', ') || 'nothing' }
  },
}))

function fileOf(mailbox: string, { eventType }: SesEvent): string {
  return `ses-${mailbox}-${eventType.toLowerCase().replaceAll(/\W/g, '-')}`
}
