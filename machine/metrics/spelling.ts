/**
 * A metric's name as Prometheus spells it (prometheus.io/docs/practices/naming): `WaitSeconds` is
 * `postern_wait_seconds`, and one that only grows ends in `_total`.
 */
export function spelled(name: string, kind: 'counter' | 'other' = 'other'): string {
  const words = name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()
  return `postern_${words}${kind === 'counter' ? '_total' : ''}`
}
