import type { Fleet } from '../../mail/ports/fleet.ts'
import type { Backend } from '../../mail/ports/backend.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import type { Intake } from '../../mail/ports/intake.ts'
import type { Events } from '../../mail/ports/events.ts'
import type { Notices } from '../../mail/ports/notices.ts'
import { observedEmails, type AttemptReport } from '../../mail/observed-emails.ts'
import type { Counters } from './counters.ts'
import type { Histograms } from './histograms.ts'

/** The same ports, counting what passes them. */
export function observed<Ports extends Backend>(
  ports: Ports,
  counters: Counters,
  times: Histograms,
): Ports {
  return {
    ...ports,
    intake: observedIntake(ports.intake, counters, times),
    emails: observedEmails(ports.emails, (attempt) => noteAttempt(attempt, counters, times)),
    events: observedEvents(ports.events, counters),
    notices: observedNotices(ports.notices, counters),
  }
}

function observedIntake(intake: Intake, { accepted }: Counters, { accept }: Histograms): Intake {
  return {
    async put(arrivals) {
      const start = performance.now()
      await intake.put(arrivals)
      accept.observe(secondsSince(start))
      for (const { email } of arrivals) accepted.inc({ stream: email.stream })
    },
  }
}

/** As the send function on AWS does. */
function noteAttempt(
  { settled: isSettled, state, project, tries, waitedMs }: AttemptReport,
  { settled, held, attempts, engineBlocked }: Counters,
  { wait }: Histograms,
) {
  if (waitedMs !== undefined) wait.observe(waitedMs / 1_000)
  if (isSettled) settled.inc({ state, project })
  if (state === 'held') held.inc()
  for (const { engine, outcome } of tries) {
    attempts.inc({ engine, outcome })
    if (outcome === 'blocked') engineBlocked.inc()
  }
}

/** Those that came from outside. */
function observedEvents(events: Events, { told }: Counters): Events {
  return {
    ...events,
    async record(event) {
      const isNews = await events.record(event)
      const { source, type, project } = event
      if (isNews && source !== 'postern') told.inc({ event: type, project })
      return isNews
    },
  }
}

function observedNotices<Port extends Notices>(port: Port, { notices }: Counters): Port {
  return {
    ...port,
    async settle(notice, change) {
      await port.settle(notice, change)
      notices.inc({ state: change.state })
    },
  }
}

/** The same engines, with the time that each try takes. */
export function timedFleet(fleet: Fleet, { deliver }: Histograms): Fleet {
  const known = new WeakMap<Engine, Engine>()

  function timed(engine: Engine): Engine {
    const there = known.get(engine)
    if (there) return there
    const made = timedEngine(engine, (seconds) => deliver.observe({ engine: engine.name }, seconds))
    known.set(engine, made)
    return made
  }

  return {
    ...fleet,
    use: (name, inForce, work) => fleet.use(name, inForce, (engine) => work(timed(engine))),
  }
}

function timedEngine(engine: Engine, note: (seconds: number) => void): Engine {
  return {
    ...engine,
    async send(parcel, signal) {
      const start = performance.now()
      try {
        return await engine.send(parcel, signal)
      } finally {
        note(secondsSince(start))
      }
    },
  }
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1_000
}
