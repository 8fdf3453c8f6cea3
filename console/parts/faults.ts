import { ApiRefusal } from '../data/exchange.ts'

/** What is wrong, by the field that was named. */
export type Faults = Readonly<Record<string, string>>

/** What a refusal says of each field; the whole of it under `''` when it names none. */
export function faultsOf(error: unknown): Faults {
  if (error instanceof ApiRefusal && error.faults.length > 0)
    return Object.fromEntries(error.faults.map(({ path, rule }) => [path, rule]))
  return { '': error instanceof Error ? error.message : String(error) }
}

/** What is wrong with a field, or with one header field or one item of a list in it. */
export function faultAt(path: string, faults: Faults): string | undefined {
  const found = Object.entries(faults).find(([other]) => other.startsWith(`${path}.`))
  return faults[path] ?? (found && `${found[0].slice(path.length + 1)}: ${found[1]}`)
}
