import { join } from 'node:path'
import { Logger } from '@aws-lambda-powertools/logger'
import { createApp } from '../api/app.ts'
import { apiHost } from '../backends/aws/api-host.ts'
import { metricService, templatesFolder } from '../backends/aws/env.ts'
import { builtFiles } from '../backends/web/built-files.ts'
import { starterSet } from '../backends/web/starter-set.ts'
import { systemClock } from '../mail/clock.ts'
import { told } from '../mail/told.ts'
import { packedTemplates } from './api/packed-templates.ts'
import { apiHandler, type App } from './api/handler.ts'
import { refusedFeedback } from './api/refused-feedback.ts'
import { toldTo } from './told-to.ts'
import { deployedAccess, deployedPlace } from './deployed-place.ts'
import { version } from './version.ts'

const logger = new Logger({ serviceName: metricService })

// Node loads what makes a Request on first touch, some 30 ms: now, not with the first request.
new Request('http://postern.invalid')

/** The HTTP API. It may neither read secrets nor send: for that it asks the send function. */
export const handler = apiHandler(open, logger)

function open(): App {
  const place = deployedPlace()
  const host = apiHost(place, { clock: systemClock, ...deployedAccess() })
  const { forTests, sendWithCandidate, lend } = host
  const postern = told(host.postern, toldTo(logger))
  const templates = packedTemplates(join(import.meta.dirname, templatesFolder))
  const { fetch } = createApp(postern, {
    access: 'keys',
    version,
    hostFacts: async () => ({ kind: 'function' as const, templates: templates.faults() }),
    templates: () => templates.current(),
    starterSet: starterSet(join(import.meta.dirname, 'starter-set')),
    forTests,
    sendWithCandidate,
    // API Gateway takes no other.
    wholeAnswers: true,
    // Not by way of the engines, which this function never loads.
    readSendGridBatch: async (...batch) =>
      (await import('../engines/sendgrid/events.ts')).readBatch(...batch),
    onRefusedFeedback: refusedFeedback(logger, place.metricsNamespace),
    console: builtFiles(join(import.meta.dirname, 'console')),
    log: (line) => logger.error('request failed', { ...line }),
  })
  return { fetch, lend }
}
