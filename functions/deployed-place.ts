import type { AwsAccess } from '../backends/aws/clients.ts'
import { readPlace, type Place } from '../backends/aws/env.ts'
import { NotDeployed } from './not-deployed.ts'

/** @throws NotDeployed that names every variable that is missing or malformed, with its rule */
export function deployedPlace(): Place {
  try {
    return readPlace(process.env)
  } catch (cause) {
    throw new NotDeployed((cause as Error).message, { cause })
  }
}

/** The role and the Region are the SDK's business; it must be told of an emulator, for paths. */
export function deployedAccess(): AwsAccess {
  const endpoint = process.env['AWS_ENDPOINT_URL']
  return endpoint ? { endpoint } : {}
}
