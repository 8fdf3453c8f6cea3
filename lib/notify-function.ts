import type { Function } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import { batchSize, notifyTimes } from '../backends/aws/env.ts'
import { bundledFunction, type FunctionProps } from './bundled-function.ts'
import type { NetworkProps } from './network.ts'

/** Most environments at a time: of one that hangs, an endpoint keeps two busy at most. */
const maxConcurrency = 10

/** It waits for others nearly all of the time, in MB. */
const usualMemory = 256

export interface NotifyFunctionProps extends FunctionProps {
  /** Whether webhooks may lead to private addresses: then it runs where those are. */
  readonly privateWebhooks: boolean
  readonly network: NetworkProps
  /** In MB. */
  readonly memory?: number
  readonly reservedConcurrency?: number
}

/**
 * The function that tells the endpoints of webhooks. It alone reads their secrets, but for the API,
 * which shows them; it reads no content, no settings and no secret of an engine.
 */
export class NotifyFunction extends Construct {
  readonly function: Function

  constructor(scope: Construct, id: string, props: NotifyFunctionProps) {
    super(scope, id)
    const { notices, storage, network, memory = usualMemory } = props
    this.function = bundledFunction(this, {
      ...props,
      memory,
      network: props.privateWebhooks ? network : {},
      bundle: 'notify',
      description: 'Tells the endpoints of webhooks',
      timeoutSeconds: notifyTimes.invocationSeconds,
      sendFunctionName: 'none',
    })
    storage.grantRecords(this.function, { webhookSecrets: true })
    this.function.addEventSource(
      new SqsEventSource(notices.queue, {
        batchSize,
        maxConcurrency,
        reportBatchItemFailures: true,
      }),
    )
  }
}
