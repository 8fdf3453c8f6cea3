import type { Fault } from '../../mail/request/fault.ts'
import type { Rendering } from '../../mail/template/template.ts'

/** What to call the parts of a request in the caller's dialect. */
interface Fields {
  /** What names the template. */
  readonly field: string
  /** What holds its variables. */
  readonly variables: string
}

/** What could not be rendered, with variable, file, line and locale. */
export function renderFaults(
  { faults, locale }: Extract<Rendering, { faults: unknown }>,
  { field, variables }: Fields,
): Fault[] {
  return faults.map(({ where, line, rule, variable }) => ({
    field: variable === undefined ? field : `${variables}.${variable}`,
    rule: `${rule} (${where}, line ${line}, locale ${locale})`,
    kind: 'invalid',
  }))
}
