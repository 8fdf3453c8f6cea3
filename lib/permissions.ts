import { Stack } from 'aws-cdk-lib'
import { PolicyStatement, type IRole, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam'
import type { Function } from 'aws-cdk-lib/aws-lambda'
import { acknowledge } from './acknowledge.ts'

/** Who gets a permission: a function, by its role, or the role of a person or a program. */
export type Grantee = Function | IRole

/** What DynamoDB, S3 and SQS do with a key for who uses what it encrypts. */
export const keyActions = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey']

/**
 * Adds a permission to a role.
 *
 * @param why no resource can be named more narrowly; needed where one has a wildcard
 */
export function allow(grantee: Grantee, statement: PolicyStatementProps, why?: string) {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement(statement))
  const { resources = [] } = statement
  for (const resource of resources.map((one) => spelled(Stack.of(grantee).resolve(one))))
    if (resource.includes('*')) explain(grantee, resource, why)
}

function explain(grantee: Grantee, resource: string, why: string | undefined) {
  if (why === undefined) throw new Error(`${resource} has a wildcard and no reason for it`)
  acknowledge('role' in grantee ? grantee.role! : grantee, {
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`,
    reason: why,
  })
}

/** A resource as cdk-nag writes it: what CloudFormation fills in stands in angle brackets. */
function spelled(value: unknown): string {
  if (typeof value === 'string') return value
  const [[name, inner]] = Object.entries(value as object) as [[string, unknown]]
  switch (name) {
    case 'Ref':
      return `<${inner as string}>`
    case 'Fn::GetAtt':
      return `<${(inner as string[]).join('.')}>`
    case 'Fn::Join': {
      const [separator, parts] = inner as [string, unknown[]]
      return parts.map(spelled).join(separator)
    }
    default:
      return JSON.stringify(value)
  }
}
