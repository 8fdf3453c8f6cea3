import type { StageName } from './trial.ts'

/** Names the run that a stack is of: one without it is never touched. */
export const ownTag = 'postern:verify'

export function stackOf(name: string, stage: StageName): string {
  return `Postern-${name}-${stage}`
}

/** Queues of a run next to its stacks: no other thing has these names. */
export function queueNames(name: string) {
  return { events: `postern-${name}-events`, age: `postern-${name}-age` } as const
}

/** Only these may get real email, whatever a check does wrong. */
export const simulator = 'simulator.amazonses.com'

/** Few enough that a burst of a check meets them. */
const throttle = { requestsPerSecond: 20, burst: 20 }

interface Chosen {
  readonly name: string
  readonly stage: StageName
  readonly sender?: string
  /** Where `cdk` puts what it makes. */
  readonly output: string
}

/** The words of `cdk deploy` for one stage, with everything removed that its stack makes. */
export function deployWords({ name, stage, sender, output }: Chosen): string[] {
  const context = {
    name,
    stage,
    removalPolicy: 'destroy',
    dashboard: 'false',
    logRetentionDays: '1',
    ...(stage === 'staging' ? { throttle: JSON.stringify(throttle) } : sending(name, sender)),
  }
  return [
    ...['deploy', '--method', 'direct', '--require-approval', 'never', '--no-notices'],
    ...['--tags', `${ownTag}=${name}`, '--output', output],
    ...Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ]
}

/** A domain that SES does not know, which the identity check asks about. */
export function strangeDomain(name: string): string {
  return `${name}.example.com`
}

function sending(name: string, sender?: string) {
  const domains = [...(sender ? [sender.split('@')[1]!] : []), strangeDomain(name)]
  return {
    senderDomains: domains.join(','),
    locks: JSON.stringify({ safety: { allow: [`@${simulator}`] } }),
    // Its subscription is asked for and never confirmed: the topic is what is looked at.
    alarmEmail: `success@${simulator}`,
  }
}
