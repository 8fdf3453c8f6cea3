import { existsSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Where everything is kept unless `POSTERN_DATA` says: in the directory that systemd made
 * (`StateDirectory=`), else in `.postern` here where there is one, as earlier versions and `npm
 * start` make it, else at the usual place of the user.
 */
export function usualDirectory(variables: Variables, isRoot = process.getuid?.() === 0): string {
  const [ofSystemd] = (variables['STATE_DIRECTORY'] ?? '').split(':')
  if (ofSystemd) return ofSystemd
  const here = resolve('.postern')
  return existsSync(here) ? here : (ofUser(variables, isRoot) ?? here)
}

/** By the Filesystem Hierarchy Standard for root, by the XDG Base Directory Specification for others. */
function ofUser(variables: Variables, isRoot: boolean): string | undefined {
  if (isRoot) return '/var/lib/postern'
  const { XDG_DATA_HOME: data, LOCALAPPDATA: windows, HOME: home } = variables
  // A relative path is invalid there and has to be ignored.
  const base = [data, windows].find((path) => path && isAbsolute(path))
  if (base) return join(base, 'postern')
  return home && isAbsolute(home) ? join(home, '.local/share/postern') : undefined
}
