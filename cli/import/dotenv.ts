import { parseEnv } from 'node:util'
import type { Findings } from './findings.ts'

/** Reads a dotenv file. */
export function readVariables(text: string): Map<string, string> {
  return new Map(
    Object.entries(parseEnv(text)).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value.trim()]],
    ),
  )
}

/** What Laravel takes for nothing. */
const nothing = /^(?:null|\(null\)|empty|\(empty\))$/i

/**
 * The variables, with `${NAME}` replaced by what NAME has in the same file. A value that needs one
 * from elsewhere is reported and left out.
 */
export function resolveVariables(
  variables: ReadonlyMap<string, string>,
  found: Findings,
  isWanted: (name: string) => boolean,
): Map<string, string> {
  const wanted = [...variables].filter(([name]) => isWanted(name))
  return new Map(
    wanted.flatMap(([name, value]) => {
      const missing = [...value.matchAll(reference)].find(([, other]) => !variables.has(other!))
      if (missing) {
        found.correct(name, `${missing[0]} is not in this file`, 'left out: it is yours to set')
        return []
      }
      const full = value.replace(reference, (_, other: string) => variables.get(other)!)
      return [[name, nothing.test(full) ? '' : full]]
    }),
  )
}

const reference = /\$\{(\w+)\}/g
