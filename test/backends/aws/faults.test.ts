import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { onAws } from './emulated.ts'
import { dynamodbChecks } from './faults/dynamodb.ts'
import { lambdaChecks } from './faults/lambda.ts'
import type { Checks } from './faults/meddling.ts'
import { s3Checks } from './faults/s3.ts'
import { sqsChecks } from './faults/sqs.ts'
import { ssmChecks } from './faults/ssm.ts'
import { wholeAws } from './whole.ts'

interface Row {
  readonly service: string
  readonly fault: string
  readonly expect: string
}

const { faults } = JSON.parse(
  readFileSync(new URL('../../data/aws-faults.json', import.meta.url), 'utf8'),
) as { faults: Row[] }

const checks: Readonly<Record<string, Checks>> = {
  SQS: sqsChecks,
  DynamoDB: dynamodbChecks,
  S3: s3Checks,
  SSM: ssmChecks,
  Lambda: lambdaChecks,
}

describe('the faults of AWS', () => {
  it('have a check each', () => {
    const rows = faults.map(({ service, fault }) => `${service}: ${fault}`)
    const checked = Object.entries(checks).flatMap(([service, own]) =>
      Object.keys(own).map((fault) => `${service}: ${fault}`),
    )
    expect(rows).toHaveLength(32)
    expect(checked.sort()).toEqual(rows.sort())
  })
})

onAws('a Postern on AWS in the face of', (aws) => {
  it.each(faults)(
    '$service: $fault: $expect',
    async ({ service, fault }) => {
      const whole = await wholeAws(await aws.virtual())
      try {
        await checks[service]![fault]!(whole)
      } finally {
        await whole.close()
      }
    },
    60_000,
  )
})
