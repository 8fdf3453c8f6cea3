import type { AwsCall, AwsFault } from '../../../remote/aws-front.ts'
import type { WholeAws } from '../whole.ts'

/** What must be so in the face of a fault. */
type Check = (whole: WholeAws) => Promise<void>

export type Checks = Readonly<Record<string, Check>>

/** Meddles with the next calls of an operation: as many as there are faults. */
export function meddle({ front }: WholeAws, operation: string, ...faults: AwsFault[]): void {
  const left = [...faults]
  front.meddle = (call) => (isOf(call, operation) ? left.shift() : undefined)
}

/** Meddles with all calls of an operation until `calm`. */
export function meddleAlways({ front }: WholeAws, operation: string, fault: AwsFault): void {
  front.meddle = (call) => (isOf(call, operation) ? fault : undefined)
}

export function calm({ front }: WholeAws): void {
  front.meddle = () => undefined
}

export const refused = (code: string, status = 400): AwsFault => ({ kind: 'refuse', status, code })
export const lost: AwsFault = { kind: 'reset', when: 'after' }
export const cutOff: AwsFault = { kind: 'reset', when: 'before' }

export function callsOf({ front }: WholeAws, operation: string): AwsCall[] {
  return front.calls.filter((call) => isOf(call, operation))
}

function isOf(call: AwsCall, operation: string): boolean {
  return call.operation === operation
}
