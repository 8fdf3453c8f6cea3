import { Fn, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/**
 * Twenty hexadecimal digits that are this stack's alone, also when it is removed and created again
 * under its old name: what outlives a stack must not be in the way of the next one.
 */
export function incarnationOf(scope: Construct): string {
  // arn:aws:cloudformation:<Region>:<account>:stack/<name>/<UUID>
  const uuid = Fn.split('-', Fn.select(2, Fn.split('/', Stack.of(scope).stackId)))
  // Of its five parts, the one that the time changes first, and the longest.
  return `${Fn.select(0, uuid)}${Fn.select(4, uuid)}`
}
