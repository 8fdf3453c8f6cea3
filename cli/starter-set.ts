import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { starterFolder } from '../backends/web/starter-set.ts'
import { usage } from '../machine/failure.ts'

interface Beginning {
  readonly alias: string
  /** A template of the starter set; without it that of the same name, or the commonest. */
  readonly from?: string | undefined
  /** The folder of templates. */
  readonly path: string
}

/**
 * Copies a template of the starter set, with the layout, partials and messages it needs. Files that
 * are there stay as they are.
 *
 * @returns the files that were written
 * @throws Failure when there is no such starter, or a template of this name already
 */
export function beginTemplate({ alias, from: wanted, path }: Beginning): string[] {
  const starters = starterFolder()
  const names = readdirSync(starters).filter((name) => !name.startsWith('_'))
  const from = wanted ?? (names.includes(alias) ? alias : 'verification')
  if (!names.includes(from)) throw usage(`--from must be one of ${names.join(', ')}`)
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(alias))
    throw usage('a template has a name of letters, digits, "-", "_" and "."')
  if (existsSync(join(path, alias))) throw usage(`${join(path, alias)} is there already`)
  return [
    ...copyNew(join(starters, from), join(path, alias)),
    ...['_layouts', '_partials', '_messages'].flatMap((shared) =>
      copyNew(join(starters, shared), join(path, shared)),
    ),
  ]
}

function copyNew(from: string, to: string): string[] {
  mkdirSync(to, { recursive: true })
  const missing = readdirSync(from).filter((name) => !existsSync(join(to, name)))
  for (const name of missing) cpSync(join(from, name), join(to, name))
  return missing.map((name) => join(to, name))
}
