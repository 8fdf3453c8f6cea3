import type { Backend, Clock } from '../../mail/ports.ts'
import { s3Bucket } from './bucket.ts'
import { clients, type AwsAccess } from './clients.ts'
import type { Place } from './env.ts'
import { dynamoIdempotency } from './idempotency.ts'
import { dynamoKeys } from './keys.ts'
import { dynamoSessions } from './sessions.ts'
import { dynamoStanding } from './standing.ts'
import { dynamoTable } from './table.ts'

/** Everything that Postern keeps in an AWS account. */
export interface AwsBackend extends Pick<
  Backend,
  'idempotency' | 'keys' | 'sessions' | 'blobs' | 'standing' | 'clock'
> {
  /** Lets the connections go. */
  close(): void
}

export interface AwsOptions extends AwsAccess {
  readonly clock: Clock
}

/** The ports of one place. Nothing is connected to, and little loaded, before it is used. */
export function awsBackend(place: Place, { clock, ...access }: AwsOptions): AwsBackend {
  const aws = clients(access)
  const table = dynamoTable(aws.dynamodb, place.tableName)
  return {
    idempotency: dynamoIdempotency(table),
    keys: dynamoKeys(table),
    sessions: dynamoSessions(table),
    blobs: s3Bucket(aws.s3, place.bucketName),
    standing: dynamoStanding(table),
    clock,
    close: () => aws.close(),
  }
}
