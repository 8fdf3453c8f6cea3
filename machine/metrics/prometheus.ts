import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Answered } from '../../api/answered.ts'
import { remembered } from '../../api/http/remembered.ts'
import { counters, type Counters } from './counters.ts'
import { gauges, look } from './gauges.ts'
import { histograms, type Histograms } from './histograms.ts'
import { makeIn } from './make.ts'
import type { Meter } from './meter.ts'
import { observed, timedFleet } from './observed.ts'

/** Of the lag of the event loop, in milliseconds: each look wakes an idle process. */
const lagEveryMs = 100

/** Gauges of the library that end as counters do, to which `promtool` objects; the counts by type stay. */
const misspelled = ['handles', 'requests', 'resources'].map((of) => `nodejs_active_${of}_total`)

/** Counts for Prometheus, in a registry of its own. */
export function prometheus(version: string): Meter {
  const registry = new Registry()
  const make = makeIn(registry)
  const counted = counters(make)
  const times = histograms(make)
  const standing = gauges(make)
  make.gauge('Info', 'Always 1, with the version', 'version').set({ version }, 1)
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: lagEveryMs })
  for (const name of misspelled) registry.removeSingleMetric(name)
  return {
    backend: (ports) => observed(ports, counted, times),
    fleet: (fleet) => timedFleet(fleet, times),
    log: (log) => (line) => {
      byLine[String(line['what'])]?.(counted)
      log(line)
    },
    received(receipt) {
      if (receipt.kind === 'done' && receipt.about === 'nothing') counted.feedbackForeign.inc()
      return receipt
    },
    answered: (answered) => noteAnswered(answered, counted, times),
    page(postern, hostFacts) {
      const lookNow = remembered(postern.clock, hostFacts, (host) => look(standing, postern, host))
      return async () => {
        await lookNow()
        const headers = { 'content-type': registry.contentType }
        return new Response(await registry.metrics(), { headers })
      }
    },
  }
}

/** What the log tells of, once each, whichever door it came by. */
const byLine: Readonly<Record<string, (counted: Counters) => void>> = {
  'worker failed': ({ jobFailed }) => jobFailed.inc(),
  'notice failed': ({ noticeFailed }) => noticeFailed.inc(),
  'feedback refused': ({ feedbackRefused }) => feedbackRefused.inc(),
  'webhook disabled': ({ webhooksDisabled }) => webhooksDisabled.inc(),
}

function noteAnswered(
  { method, route, status, ms }: Answered,
  { httpRequests }: Counters,
  { http }: Histograms,
) {
  httpRequests.inc({ method, route, status: `${Math.floor(status / 100)}xx` })
  http.observe(ms / 1_000)
}
