import type { AwsAccess } from '../../backends/aws/clients.ts'
import type { ApiResult } from '../../functions/api/handler.ts'
import { startApiGateway } from './api-gateway.ts'
import { startAwsFront, type AwsFront } from './aws-front.ts'
import type { DeployedFunction } from './cdk-deployment.ts'
import { startLambda, type LambdaProcess } from './lambda-process.ts'

type Which = 'api' | 'send' | 'notify'

/** The functions of a deployment, running, with API Gateway and Invoke around them. */
export interface RunningFunctions {
  readonly url: string
  readonly front: AwsFront
  readonly lambdas: Readonly<Record<Which, LambdaProcess>>
  stop(): Promise<void>
}

export async function runFunctions(
  functions: Readonly<Record<Which, DeployedFunction>>,
  access: AwsAccess,
): Promise<RunningFunctions> {
  const lambdas: Partial<Record<Which, LambdaProcess>> = {}
  const front = await startAwsFront(access.endpoint!, [
    async ({ path, input }) => {
      if (!path.endsWith('/invocations')) return undefined
      const body = Buffer.from(JSON.stringify(await lambdas.send!.invoke(input)))
      return { status: 200, headers: {}, body }
    },
  ])
  for (const which of ['api', 'send', 'notify'] as const)
    lambdas[which] = start(functions[which], access, front)
  const gateway = await startApiGateway((event) => lambdas.api!.invoke<ApiResult>(event))
  return {
    ...{ url: gateway.url, front, lambdas: lambdas as RunningFunctions['lambdas'] },
    async stop() {
      await gateway.close()
      await Promise.all(Object.values(lambdas).map((lambda) => lambda.stop()))
      await front.close()
    },
  }
}

function start({ bundle, name, variables }: DeployedFunction, access: AwsAccess, front: AwsFront) {
  const { region, credentials } = access
  const env = {
    ...variables,
    AWS_REGION: region!,
    AWS_ACCESS_KEY_ID: credentials!.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials!.secretAccessKey,
    AWS_ENDPOINT_URL: front.endpoint,
  }
  return startLambda({ bundle, name, env })
}
