import { answerParent } from '../child.ts'
import { askUntilAnswered, openDoors } from './doors.ts'
import { soakEmail } from './email.ts'
import type { ProducerEntry } from './entries.ts'
import { openLog } from './log-file.ts'

export interface ProducerOrder {
  readonly seed: number
  readonly log: string
  readonly port: number
  readonly smtpPort: number
  readonly seconds: number
  readonly perSecond: number
  /** How long after that it asks again for what was not answered. */
  readonly patienceSeconds: number
}

/** Most emails without an answer at a time, in seconds of production: then it waits. */
const mostSecondsBehind = 5

/** An application that is told yes or asks again, under one Idempotency-Key; how many it made. */
answerParent<ProducerOrder, number>(async (order) => {
  const { seed, seconds, perSecond, patienceSeconds } = order
  const log = openLog<ProducerEntry>(order.log)
  const underWay = new Set<Promise<void>>()
  const doors = openDoors(order)
  const since = Date.now()
  const end = since + seconds * 1_000
  const deadline = end + patienceSeconds * 1_000
  let n = 0
  for (; Date.now() < end; n++) {
    const email = soakEmail(seed, n)
    log.add({ at: Date.now(), n, what: 'try' })
    for (let i = email.twice ? 2 : 1; i > 0; i--) {
      const answered = askUntilAnswered(email, doors[email.door], log.add, deadline)
      underWay.add(answered)
      void answered.then(() => underWay.delete(answered))
    }
    while (underWay.size > mostSecondsBehind * perSecond) await Promise.race(underWay)
    await until(since + ((n + 1) / perSecond) * 1_000)
  }
  await Promise.all(underWay)
  doors.close()
  log.close()
  return n
})

function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - Date.now())))
}
