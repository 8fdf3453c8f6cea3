import { CfnDeletionPolicy, RemovalPolicy, Stack, type CfnResource } from 'aws-cdk-lib'
import { HttpApi, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import type { ApiFunction } from './api-function.ts'
import { CustomDomain, type DomainProps } from './custom-domain.ts'
import { incarnationOf } from './incarnation.ts'

/** Of all callers together. */
export interface Throttle {
  readonly requestsPerSecond: number
  /** How many may come at once. */
  readonly burst: number
}

const usualThrottle: Throttle = { requestsPerSecond: 1_000, burst: 2_000 }

export interface HttpEndpointProps {
  readonly stage: string
  readonly api: ApiFunction
  readonly throttle?: Throttle
  readonly domain?: DomainProps
  readonly disableExecuteApiEndpoint?: boolean
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays
}

/** An HTTP API with one route: every answer, errors included, is the app's, in the caller's dialect. */
export class HttpEndpoint extends Construct {
  readonly api: HttpApi
  readonly domain?: CustomDomain
  /** Without a slash at the end. */
  readonly url: string

  constructor(scope: Construct, id: string, props: HttpEndpointProps) {
    super(scope, id)
    this.api = new HttpApi(this, 'Api', {
      apiName: `postern-${props.stage}`,
      disableExecuteApiEndpoint: props.disableExecuteApiEndpoint,
      createDefaultStage: false,
      defaultIntegration: new HttpLambdaIntegration('App', props.api.function),
    })
    const { requestsPerSecond, burst } = props.throttle ?? usualThrottle
    const stage = this.api.addStage('Stage', {
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSecond, burstLimit: burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog(this, props)),
        format: AccessLogFormat.custom(accessLine),
      },
    })
    const { api } = this
    if (props.domain)
      this.domain = new CustomDomain(this, 'Domain', { ...props.domain, api, stage })
    this.url = `https://${props.domain?.name ?? hostOf(api)}`
    acknowledge(this.api, {
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason: 'The app asks for its own API keys, as the wire contracts of the SDKs want it.',
    })
  }
}

function hostOf(api: HttpApi): string {
  const { region, urlSuffix } = Stack.of(api)
  return `${api.apiId}.execute-api.${region}.${urlSuffix}`
}

/**
 * API Gateway adds a line to the account's one policy for logs for each API, until it is too long;
 * for groups below this prefix one line does (API Gateway guide, "Permissions for access logging").
 */
function accessLog(scope: Construct, { stage, logRetention }: HttpEndpointProps): LogGroup {
  const log = new LogGroup(scope, 'Log', {
    logGroupName: `/aws/vendedlogs/postern-${stage}-${incarnationOf(scope)}`,
    retention: logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  // One that is replaced ends with its retention, not with the update.
  const { cfnOptions } = log.node.defaultChild as CfnResource
  cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN
  return log
}

/** No path: it may hold an address. */
const accessLine = JSON.stringify({
  time: '$context.requestTime',
  requestId: '$context.requestId',
  method: '$context.httpMethod',
  status: '$context.status',
  bytes: '$context.responseLength',
  ms: '$context.integrationLatency',
  error: '$context.integrationErrorMessage',
})
