import { Duration } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { Function } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import { batchSize, sendTimes } from '../backends/aws/env.ts'
import { bundledFunction, type FunctionProps } from './bundled-function.ts'
import type { NetworkProps } from './network.ts'
import type { SesSending } from './ses-sending.ts'

export interface SendFunctionProps extends FunctionProps {
  /** Undefined: it has no permission to send with Amazon SES. */
  readonly ses?: SesSending
  readonly senders: number
  /** In MB. */
  readonly memory?: number
  readonly reservedConcurrency?: number
  readonly network: NetworkProps
}

/** The function that takes jobs off the queue and sends. It alone reads secrets. */
export class SendFunction extends Construct {
  readonly function: Function

  constructor(scope: Construct, id: string, props: SendFunctionProps) {
    super(scope, id)
    const { ses, senders, settings, outbox } = props
    this.function = bundledFunction(this, {
      ...props,
      bundle: 'send',
      description: 'Sends the emails on the queue',
      timeoutSeconds: sendTimes.invocationSeconds,
      // A function cannot get its own name from its definition, and this one invokes no other.
      sendFunctionName: 'itself',
    })
    outbox.grantBury(this.function)
    settings.grantReadSecrets(this.function)
    ses?.grantSend(this.function)
    this.function.addEventSource(
      new SqsEventSource(outbox.queue, {
        batchSize,
        maxConcurrency: senders,
        reportBatchItemFailures: true,
      }),
    )
    // Contents whose time is over go once a day: no lifecycle rule knows which those are.
    this.askDaily('Sweep', 'sweep', 'Removes contents of emails that are no longer kept')
    if (ses)
      this.askDaily('Walk', 'walkSuppressed', "Adds what is missing of SES's suppression list")
  }

  private askDaily(id: string, ask: 'sweep' | 'walkSuppressed', description: string) {
    const event = RuleTargetInput.fromObject({ ask })
    new Rule(this, id, {
      description,
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(this.function, { event })],
    })
  }
}
