import type { Function } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import { feedbackTimes } from '../backends/aws/env.ts'
import { bundledFunction, type FunctionProps } from './bundled-function.ts'
import type { Feedback } from './feedback.ts'
import type { SesSending } from './ses-sending.ts'

/** Events that one invocation deals with at the same time. */
const batchSize = 10

/** Most environments at a time: events come as fast as emails leave. */
const maxConcurrency = 10

export interface FeedbackFunctionProps extends FunctionProps {
  readonly feedback: Feedback
  /** Undefined: it does not send with Amazon SES. */
  readonly ses?: SesSending
  /** In MB. */
  readonly memory?: number
  readonly reservedConcurrency?: number
}

/** The function that writes down what became of emails. It sends nothing and reads no secret. */
export class FeedbackFunction extends Construct {
  readonly function: Function

  constructor(scope: Construct, id: string, props: FeedbackFunctionProps) {
    super(scope, id)
    const { feedback, storage, ses } = props
    this.function = bundledFunction(this, {
      ...props,
      bundle: 'feedback',
      description: 'Writes down what became of emails',
      timeoutSeconds: feedbackTimes.invocationSeconds,
      sendFunctionName: 'none',
    })
    storage.grantRecords(this.function, { webhookSecrets: false })
    feedback.grantBury(this.function)
    ses?.grantList(this.function, ['GetSuppressedDestination'])
    this.function.addEventSource(
      new SqsEventSource(feedback.queue, {
        batchSize,
        maxConcurrency,
        reportBatchItemFailures: true,
      }),
    )
  }
}
