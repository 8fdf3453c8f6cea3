import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { Metrics } from '@aws-lambda-powertools/metrics'
import middy from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { SQSEvent } from 'aws-lambda'
import { metricService } from '../backends/aws/env.ts'
import { awsBackend } from '../backends/aws/index.ts'
import { systemClock } from '../mail/clock.ts'
import { deployedAccess, deployedPlace } from './deployed-place.ts'
import { notifier } from './notify/notifier.ts'

const logger = new Logger({ serviceName: metricService })
const place = deployedPlace()
const backend = awsBackend(place, { clock: systemClock, ...deployedAccess() })
const metrics = new Metrics({ namespace: place.metricsNamespace, serviceName: metricService })
const tell = notifier({ backend, logger, metrics, random: Math.random })

/** Tells the endpoints of webhooks what became of emails. */
export const handler = middy<SQSEvent, unknown>()
  .use(injectLambdaContext(logger))
  // Failures are logged where they happen; this would be handed whole messages.
  .use(sqsPartialBatchFailure({ logger: () => undefined }))
  .handler((event, context) => tell(event, context.getRemainingTimeInMillis()))
