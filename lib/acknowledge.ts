import * as cdk from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/** A finding of cdk-nag that is as it should be, and why. */
interface Acknowledged {
  readonly id: string
  readonly reason: string
}

/** A CDK of another app may be older than acknowledgements, or than the names of these. */
const tooOld = /Invalid validation rule ID/

/** Acknowledges a finding where the CDK has a place for it. */
export function acknowledge(construct: IConstruct, finding: Acknowledged): void {
  const { Validations } = cdk as Partial<Pick<typeof cdk, 'Validations'>>
  try {
    Validations?.of(construct).acknowledge(finding)
  } catch (error) {
    if (!tooOld.test((error as Error).message)) throw error
  }
}
