import type { EventType } from '../mail/email/event.ts'
import { columns, headings, inPairs } from './pairs.ts'
import { deliveringRig } from './rig.ts'
import { printTable } from './table.ts'

const traffic = { kilobytes: 4, clients: 10 }
/** Emails of a round. */
const total = 1_500

const webhooks: Readonly<Record<string, readonly EventType[]>> = {
  'what goes wrong': ['email.bounced', 'email.complained', 'email.failed', 'email.held'],
  'each email that was sent': ['email.sent'],
}

/** From `POST /emails` to the SMTP server with one webhook set, and with none. */
export async function told(rounds: number): Promise<void> {
  const rows: string[][] = []
  for (const [what, events] of Object.entries(webhooks)) {
    const open = [
      () => deliveringRig(traffic, { webhook: events }),
      () => deliveringRig(traffic),
    ] as const
    rows.push([`told of ${what}`, ...columns(await inPairs(open, total, rounds * 4))])
  }
  printTable(`One webhook (this), none (that); pairs of rounds: ${rounds * 4}`, [headings, ...rows])
}
