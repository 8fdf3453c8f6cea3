import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { Metrics } from '@aws-lambda-powertools/metrics'
import middy from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { Context, SQSEvent } from 'aws-lambda'
import { awsBackend } from '../backends/aws/index.ts'
import { metricService } from '../backends/aws/env.ts'
import type { Question } from '../backends/aws/send-function.ts'
import { systemClock } from '../mail/clock.ts'
import { deployedAccess, deployedPlace } from './deployed-place.ts'
import { sender } from './send/sender.ts'
import { isQuestion } from './send/answer.ts'

const logger = new Logger({ serviceName: metricService })
const place = deployedPlace()
const backend = awsBackend(place, { clock: systemClock, ...deployedAccess() })
const metrics = new Metrics({ namespace: place.metricsNamespace, serviceName: metricService })
const memoryMb = Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? 512)
const { ask, batch } = sender({ place, backend, logger, metrics, memoryMb })

const handleQuestion = middy<Question, unknown>()
  .use(injectLambdaContext(logger))
  .handler((question, context) => ask(question, context.getRemainingTimeInMillis()))

const handleBatch = middy<SQSEvent, unknown>()
  .use(injectLambdaContext(logger))
  .use(sqsPartialBatchFailure({ logger: sayNothing }))
  .handler((event, context) => batch(event, context.getRemainingTimeInMillis()))

/** Sends what is on the queue, and answers what only this function knows. */
export function handler(event: SQSEvent | Question, context: Context): Promise<unknown> {
  return isQuestion(event) ? handleQuestion(event, context) : handleBatch(event, context)
}

/** Failures are logged where they happen; this would be handed whole messages. */
function sayNothing() {}
