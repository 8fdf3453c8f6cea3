import type { Function } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { bundledFunction, type FunctionProps } from './bundled-function.ts'
import { allow, type Grantee } from './permissions.ts'
import type { SendFunction } from './send-function.ts'

/** An HTTP API waits 30 s for its function; this one gives up before, and says so itself. */
const apiSeconds = 29

export interface ApiFunctionProps extends FunctionProps {
  readonly send: SendFunction
  /** In MB. */
  readonly memory?: number
  readonly reservedConcurrency?: number
  /** The path of a folder of templates. */
  readonly templates?: string
}

/**
 * The function that accepts emails and answers everything else. It can write secrets and not read
 * them: whatever needs one, it asks the send function for.
 */
export class ApiFunction extends Construct {
  readonly function: Function

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id)
    const { send } = props
    this.function = bundledFunction(this, {
      ...props,
      bundle: 'api',
      description: 'Accepts emails and shows what became of them',
      timeoutSeconds: apiSeconds,
      sendFunctionName: send.function.functionName,
    })
    grantManaging(this.function, props)
  }
}

/** What managing mail takes in addition to accepting it: settings, verdicts, queues, numbers. */
export function grantManaging(
  grantee: Grantee,
  parts: Pick<ApiFunctionProps, 'settings' | 'outbox' | 'send'>,
) {
  const { settings, outbox, send } = parts
  settings.grantWrite(grantee)
  allow(grantee, {
    actions: ['lambda:InvokeFunction'],
    resources: [send.function.functionArn],
  })
  outbox.grantLook(grantee)
  outbox.grantRemove(grantee)
  grantNumbers(grantee)
}

/** Permission: to read metrics. */
export function grantNumbers(grantee: Grantee) {
  const actions = ['cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics']
  const why = 'CloudWatch knows no resources for reading numbers.'
  allow(grantee, { actions, resources: ['*'] }, why)
}
