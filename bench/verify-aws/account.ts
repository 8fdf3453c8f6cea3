import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { Access } from './trial.ts'

/** `111122223333/eu-west-1`: what a person has to name before anything is made. */
export type Whereabouts = string

/** The parameter that `cdk bootstrap` leaves, by its usual name. */
const bootstrapped = '/cdk-bootstrap/hnb659fds/version'

/** @throws Error where the credentials do not do, or `cdk bootstrap` was not run */
export async function whereabouts(access: Access): Promise<Whereabouts> {
  const ssm = new SSMClient(access)
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: bootstrapped }))
    const [, , , region, account] = Parameter!.ARN!.split(':')
    return `${account}/${region}`
  } catch (cause) {
    const isMissing = (cause as Error).name === 'ParameterNotFound'
    const rule = isMissing ? 'run npx cdk bootstrap first' : (cause as Error).message
    throw new Error(`${access.region}: ${rule}`, { cause })
  } finally {
    ssm.destroy()
  }
}
