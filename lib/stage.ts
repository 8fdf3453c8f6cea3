import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { stageRule } from '../backends/aws/env.ts'

/** Names made with a stage, such as that of a group of schedules, hold 64 letters. */
const mostLetters = 32

/** The services of each stack, by their stage. */
const services = new WeakMap<Stack, Map<string, Construct>>()

/**
 * @throws Error when the stage cannot stand in the names that are made with it, or when another
 *   service of the stack has it: they would share settings and secrets
 */
export function takeStage(service: Construct, stage: string): void {
  const it = JSON.stringify(stage)
  if (!stageRule.pattern.test(stage) || stage.length > mostLetters)
    throw new Error(`stage must be 1 to ${mostLetters} ${stageRule.words} (it is ${it})`)
  const stack = Stack.of(service)
  const others = services.get(stack) ?? new Map<string, Construct>()
  const other = others.get(stage)
  if (other) throw new Error(`stage ${it} is that of ${other.node.path} already`)
  services.set(stack, others.set(stage, service))
}
