import { createStore } from '../data/store.ts'
import { session } from '../data/session.ts'
import type { Json, JsonObject, SettingsAnswer } from './answers.ts'
import { leavesOf, same, valueAt, withValue } from './layers.ts'

/**
 * What is being typed into the form. It lives outside the view, so that a look into the inbox
 * loses nothing.
 */
export interface Draft {
  /** The settings it was made from, whose version a save has to name. */
  readonly base: SettingsAnswer
  /** The document to save: only what is set. */
  readonly wanted: JsonObject
  /** New secrets by name. */
  readonly secrets: Readonly<Record<string, string>>
}

export const draft = createStore<Draft | undefined>(undefined)

/** A draft without any change. */
export function startOf(base: SettingsAnswer): Draft {
  return { base, wanted: base.saved, secrets: {} }
}

/** Puts a value in place, or none: then what lies below holds, as deployed or by default. */
export function edit(path: string, value: Json | undefined, below: Json | undefined) {
  const before = draft.get()
  if (!before) return
  const saved = valueAt(before.base.saved, path)
  // A value back where it began is not a change, not even an identical one.
  const idle = saved === undefined && same(value, below)
  draft.set({ ...before, wanted: withValue(before.wanted, path, idle ? undefined : value) })
}

export function editSecret(name: string, value: string) {
  const before = draft.get()
  if (!before) return
  const { [name]: _old, ...others } = before.secrets
  draft.set({ ...before, secrets: value === '' ? others : { ...others, [name]: value } })
}

interface Change {
  readonly path: string
  readonly from: Json | undefined
  readonly to: Json | undefined
}

/** What would be saved otherwise than it is, secrets left out. */
export function changesBetween(from: JsonObject, to: JsonObject): Change[] {
  const paths = [...leavesOf(from), ...leavesOf(to)].map(({ path }) => path)
  return [...new Set(paths)]
    .filter((path) => path !== 'secrets' && !path.startsWith('secrets.'))
    .map((path) => ({ path, from: valueAt(from, path), to: valueAt(to, path) }))
    .filter((change) => !same(change.from, change.to))
}

/** Everything that was typed, put on top of what someone else saved in the meantime. */
export function rebased({ base, wanted, secrets }: Draft, theirs: SettingsAnswer): Draft {
  const onTop = changesBetween(base.saved, wanted).reduce(
    (document, { path, to }) => withValue(document, path, to),
    theirs.saved,
  )
  return { base: theirs, wanted: onTop, secrets }
}

export function isChanged({ base, wanted, secrets }: Draft): boolean {
  return changesBetween(base.saved, wanted).length > 0 || Object.keys(secrets).length > 0
}

/** The document as it is sent: lists without the lines that are empty. */
export function documentOf({ wanted }: Draft): JsonObject {
  return Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, tidy(value)]))
}

function tidy(value: Json): Json {
  if (Array.isArray(value))
    return (value as readonly Json[])
      .map((item) => (typeof item === 'string' ? item.trim() : item))
      .filter((item) => item !== '')
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, tidy(below)]))
}

// What one person typed, perhaps a password, is not for the next one.
session.subscribe(() => session.get() === 'out' && draft.set(undefined))

addEventListener('beforeunload', (event) => {
  const now = draft.get()
  if (now && isChanged(now)) event.preventDefault()
})
