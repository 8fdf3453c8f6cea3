import type { Json, JsonObject, SettingsAnswer } from './answers.ts'

interface Leaf {
  readonly path: string
  readonly value: Json
}

/** Everything that is locked, one path each. */
export function locksOf(locks: JsonObject): Leaf[] {
  return leavesOf(locks)
}

/** Whether no engine was ever chosen, here or where Postern was deployed. */
export function isUntouched({ saved, defaults, locks }: SettingsAnswer): boolean {
  return [saved, defaults, locks].every((layer) => layer['engine'] === undefined)
}

/** The value at a path such as `smtp.host`; undefined when there is none. */
export function valueAt(layer: Json | undefined, path: string): Json | undefined {
  return path
    .split('.')
    .reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), layer)
}

/** The layer with another value at a path; without any when it is undefined. */
export function withValue(layer: JsonObject, path: string, value: Json | undefined): JsonObject {
  const [, project, own] = /^(projects\.[^.]+)\.(.+)$/.exec(path) ?? []
  if (project && own) {
    const before = valueAt(layer, project)
    // Without anything of its own it is still there.
    return withValue(layer, project, withValue(isObject(before) ? before : {}, own, value))
  }
  const [key = '', ...rest] = path.split('.')
  const { [key]: before, ...others } = layer
  if (rest.length === 0) return value === undefined ? others : { ...layer, [key]: value }
  const below = withValue(isObject(before) ? before : {}, rest.join('.'), value)
  return Object.keys(below).length === 0 ? others : { ...layer, [key]: below }
}

/** Every value of a layer with its path. Objects of free names are values, not layers. */
export function leavesOf(layer: JsonObject, above = ''): Leaf[] {
  return Object.entries(layer).flatMap(([key, value]) => {
    const path = `${above}${key}`
    return isObject(value) && !free.test(path) ? leavesOf(value, `${path}.`) : [{ path, value }]
  })
}

/** Whose keys are chosen by people, and each project. */
const free = /^(headers|secrets|projects\.[^.]+)$/

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function same(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** A value as a person reads and types it. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
