import { vi } from 'vitest'

export const awsSecret = 'never-told/aws/secret'

/** Points the AWS SDK at a server of the test's own, with made-up credentials and no files read. */
export function useAws(endpoint: string): void {
  const environment = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'eu-test-1',
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: awsSecret,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_DEFAULT_REGION'])
    vi.stubEnv(name, undefined)
}
