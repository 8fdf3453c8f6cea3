import { isPlainObject, type SavedSettings } from '../mail/settings/layers.ts'

/** Reads, sets and removes single values of a settings document, without changing the one given. */
type Path = readonly string[]

export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce(
    (value, name) => (isPlainObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    document,
  )
}

export function withValue(document: SavedSettings, path: Path, value: unknown): SavedSettings {
  const [name, ...rest] = path
  if (name === undefined) return document
  return {
    ...document,
    [name]: rest.length > 0 ? withValue(below(document, name), rest, value) : value,
  }
}

/** What is left empty goes too. */
export function withoutValue(document: SavedSettings, path: Path): SavedSettings {
  const [name, ...rest] = path
  if (name === undefined) return document
  const { [name]: _removed, ...others } = document
  const left = rest.length > 0 ? withoutValue(below(document, name), rest) : {}
  return Object.keys(left).length > 0 ? { ...others, [name]: left } : others
}

function below(document: SavedSettings, name: string): SavedSettings {
  const value = valueAt(document, [name])
  return isPlainObject(value) ? value : {}
}
