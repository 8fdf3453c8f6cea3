import type { Function } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { bundledFunction, type FunctionProps } from './bundled-function.ts'
import { allow } from './permissions.ts'
import type { SendFunction } from './send-function.ts'

/** An HTTP API waits 30 s for its function; this one gives up before, and says so itself. */
const apiSeconds = 29

export interface ApiFunctionProps extends FunctionProps {
  readonly send: SendFunction
}

/**
 * The function that accepts emails and answers everything else. It can write secrets and not read
 * them: whatever needs one, it asks the send function for.
 */
export class ApiFunction extends Construct {
  readonly function: Function

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id)
    const { send, settings, outbox } = props
    this.function = bundledFunction(this, {
      ...props,
      bundle: 'api',
      description: 'Accepts emails and shows what became of them',
      timeoutSeconds: apiSeconds,
      sendFunctionName: send.function.functionName,
    })
    settings.grantWrite(this.function)
    allow(this.function, {
      actions: ['lambda:InvokeFunction'],
      resources: [send.function.functionArn],
    })
    const { queue, deadLetterQueue } = outbox
    allow(this.function, {
      actions: ['sqs:GetQueueAttributes'],
      resources: [queue.queueArn, deadLetterQueue.queueArn],
    })
    // Looking at dead letters is receiving them.
    allow(this.function, {
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
      resources: [deadLetterQueue.queueArn],
    })
    allow(
      this.function,
      {
        actions: ['cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics'],
        resources: ['*'],
      },
      'CloudWatch knows no resources for reading numbers.',
    )
  }
}
