import { Stack, Validations } from 'aws-cdk-lib'
import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam'
import type { Function } from 'aws-cdk-lib/aws-lambda'

/**
 * Adds a permission to the role of a function.
 *
 * @param why no resource can be named more narrowly; needed where one has a wildcard
 */
export function allow(fn: Function, statement: PolicyStatementProps, why?: string) {
  fn.addToRolePolicy(new PolicyStatement(statement))
  const { resources = [] } = statement
  for (const resource of resources.map((one) => spelled(Stack.of(fn).resolve(one))))
    if (resource.includes('*')) explain(fn, resource, why)
}

function explain(fn: Function, resource: string, why: string | undefined) {
  if (why === undefined) throw new Error(`${resource} has a wildcard and no reason for it`)
  Validations.of(fn.role!).acknowledge({
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
