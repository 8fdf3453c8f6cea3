import { metricNames } from '../../mail/email/metric-names.ts'
import type { Make } from './make.ts'

export type Histograms = ReturnType<typeof histograms>

/** Bounds in seconds: of one commit or request; of one talk with a server; of one wait in the queue. */
const short = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
const long = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
const waits = [0.01, 0.1, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 21_600]

/** How long things take. */
export function histograms({ histogram }: Make) {
  return {
    accept: histogram('AcceptSeconds', {
      help: 'How long it took to keep what was accepted',
      buckets: short,
    }),
    http: histogram('HttpRequestSeconds', {
      help: 'How long requests over HTTP took to be answered',
      buckets: short,
    }),
    deliver: histogram(
      'DeliverSeconds',
      { help: 'How long an engine took for one try', buckets: long },
      'engine',
    ),
    wait: histogram(metricNames.waitSeconds, {
      help: 'How long emails waited for their first attempt after they were due',
      buckets: waits,
    }),
  }
}
