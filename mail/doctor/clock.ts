import type { Finding } from './finding.ts'

/** TLS, signatures and requests to AWS fail when clocks differ by minutes. */
const mostSkewSeconds = 60

/**
 * Whether Postern's clock differs from another one.
 *
 * @param skewSeconds how far it is ahead; negative when behind
 */
export function examineClock(skewSeconds: number): Finding[] {
  if (Math.abs(skewSeconds) <= mostSkewSeconds) return []
  return [
    {
      code: 'host.clock',
      level: 'wrong',
      problem: `Postern's clock is ${Math.round(skewSeconds)} s off from this machine's`,
      cure: 'switch on time synchronisation on both machines',
    },
  ]
}
