import { RemovalPolicy } from 'aws-cdk-lib'

export interface RemovalProps {
  /** Whether what holds mail outlives the service unless `removalPolicy` says otherwise. */
  readonly isKept: boolean
  readonly removalPolicy?: RemovalPolicy
}

/** Of what holds mail. What a failed first deployment made goes again: it holds nothing yet. */
export function removalOf({ isKept, removalPolicy }: RemovalProps): RemovalPolicy {
  return (
    removalPolicy ?? (isKept ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY)
  )
}
