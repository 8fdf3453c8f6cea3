import { examineDelivery, examineSafety, examineState } from './delivery.ts'
import { examineBounces } from './bounces.ts'
import { examineDns } from './dns.ts'
import { type Facts, uses } from './facts.ts'
import type { Finding } from './finding.ts'
import { examineSender } from './sender.ts'
import { examineSenders } from './senders.ts'
import { examineSmtp } from './smtp.ts'

/** Everything wrong with these facts; nothing when all is well. */
export function examine(facts: Facts): Finding[] {
  return [
    ...examineState(facts),
    ...examineSender(facts),
    ...(uses(facts, 'smtp') ? examineSmtp(facts) : []),
    ...examineDelivery(facts),
    ...examineSafety(facts),
    ...examineBounces(facts),
    ...examineSenders(facts),
    ...(facts.dns ? examineDns(facts.dns) : []),
  ]
}
