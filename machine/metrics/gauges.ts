import type { HostFacts } from '../../mail/doctor/facts.ts'
import { health } from '../../mail/doctor/overview.ts'
import { allProjects } from '../../mail/email/project.ts'
import { metricNames } from '../../mail/email/metric-names.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { Make } from './make.ts'

export type Gauges = ReturnType<typeof gauges>

/** How things stand now; read when they are asked for. */
export function gauges({ gauge }: Make) {
  return {
    waiting: gauge('QueueWaiting', 'Emails that wait for an attempt'),
    sending: gauge('QueueSending', 'Emails that are being sent'),
    scheduled: gauge('QueueScheduled', 'Emails that are due later'),
    heldNow: gauge('QueueHeld', 'Emails that are held now'),
    deadLetters: gauge('DeadLetters', 'Emails that were given up'),
    oldest: gauge('OldestSeconds', 'Age of the oldest email that is due or waits for its engine'),
    deferred: gauge(
      metricNames.deferredSeconds,
      'How long the email that waits longest has waited, those included that were deferred',
    ),
    mailerValid: gauge('MailerValid', '1 while mail can leave, else 0'),
    pausedEngines: gauge(metricNames.pausedEngines, 'Engines that are paused: they refused email'),
    pausedLanes: gauge('PausedLanes', 'Streams and domains that a person has paused'),
    heldSenders: gauge(metricNames.heldSenders, 'Senders whose bulk email is held back'),
    warnedSenders: gauge(metricNames.warnedSenders, 'Senders that are warned of'),
    disabledWebhooks: gauge('DisabledWebhooks', 'Webhooks that are told nothing any more'),
    settingsBroken: gauge(metricNames.settingsBroken, '1 while the saved settings cannot be used'),
    storageTrouble: gauge('StorageTrouble', '1 while no email can be kept'),
    mailboxTrouble: gauge('MailboxTrouble', '1 while the mailbox of returned email cannot be read'),
    stale: gauge('GaugesStale', '1 while how things stand could not be looked at'),
    freeBytes: gauge('FreeBytes', 'Free space where the data directory is'),
    contentBytes: gauge('ContentBytes', 'Contents of emails that are in memory'),
    mostContentBytes: gauge('MostContentBytes', 'Contents of emails that may be in memory'),
  }
}

/** Looks at the same as `/v1/health`, and puts it into the gauges; where it cannot, says so there. */
export async function look(all: Gauges, postern: Postern, host: HostFacts): Promise<void> {
  all.storageTrouble.set(Number(host.storage !== undefined))
  const isStale = await lookInside(all, postern, host).then(
    () => false,
    () => true,
  )
  all.stale.set(Number(isStale))
}

async function lookInside(all: Gauges, postern: Postern, host: HostFacts): Promise<void> {
  const now = postern.clock.now()
  const [seen, { lanes }] = await Promise.all([
    health(postern, allProjects, host),
    postern.queue.lanes(now, allProjects),
  ])
  const { mailer, queue, senders } = seen
  const sendersAt = (wanted: string) => senders.filter(({ level }) => level === wanted).length
  all.waiting.set(queue.depth ?? 0)
  all.sending.set(queue.sending ?? 0)
  all.scheduled.set(queue.scheduled)
  all.heldNow.set(queue.held)
  all.deadLetters.set(queue.deadLetters)
  all.oldest.set(queue.oldestAgeSeconds ?? 0)
  all.deferred.set(Math.max(0, ...lanes.map(({ oldestAgeSeconds }) => oldestAgeSeconds)))
  all.mailerValid.set(Number(mailer.valid))
  all.pausedEngines.set(mailer.trouble.filter(({ kind }) => kind === 'blocked').length)
  all.pausedLanes.set(seen.paused.length)
  all.heldSenders.set(sendersAt('held'))
  all.warnedSenders.set(sendersAt('warned'))
  all.disabledWebhooks.set(seen.webhooks.length)
  all.settingsBroken.set(Number(seen.settings.faults.length > 0))
  all.mailboxTrouble.set(Number(host.mailbox !== undefined))
  if (host.freeBytes !== undefined) all.freeBytes.set(host.freeBytes)
  all.contentBytes.set(postern.room.usedBytes())
  all.mostContentBytes.set(postern.room.mostBytes)
}
