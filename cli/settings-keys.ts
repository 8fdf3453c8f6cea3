import * as z from 'zod'
import { settingsSchema } from '../mail/settings/settings.ts'
import { secretNames } from '../mail/settings/secret-names.ts'

/** A place in the settings, found by the key that people write, such as `smtp.port`. */
export interface SettingsKey {
  readonly path: readonly string[]
  /** Whether a value is allowed there, as far as the value alone shows. */
  takes(value: unknown): boolean
}

/** Finds a key; undefined when there is none, or only Postern may write it. */
export function findKey(key: string): SettingsKey | undefined {
  let schema: z.core.$ZodType = settingsSchema
  const path: string[] = []
  const rest = key.split('.')
  if (rest[0] === 'secrets') return undefined
  while (rest.length > 0) {
    const { def } = bare(schema)._zod
    // Names in a record may hold dots themselves.
    const name = isRecord(def) ? rest.splice(0).join('.') : rest.shift()!
    const next = isRecord(def) ? def.valueType : childOf(def, name)
    if (!next || name === '') return undefined
    path.push(name)
    schema = next
  }
  return { path, takes: (value) => z.safeParse(schema, value).success }
}

/** Every key that can be set, and what it is for. */
export function listKeys(): { key: string; meaning: string }[] {
  return leaves(settingsSchema, []).filter(({ key }) => key !== 'secrets')
}

export function isSecretName(name: string): boolean {
  return (secretNames as readonly string[]).includes(name)
}

function leaves(
  schema: z.core.$ZodType,
  path: readonly string[],
): { key: string; meaning: string }[] {
  const { def } = bare(schema)._zod
  if (isObject(def))
    return Object.entries(def.shape).flatMap(([name, child]) => leaves(child, [...path, name]))
  return [{ key: path.join('.'), meaning: (schema as z.ZodType).description ?? '' }]
}

/** Without what only says which value holds when there is none, or that null is one. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const def = schema._zod.def as z.core.$ZodTypeDef & { innerType?: z.core.$ZodType }
  return def.innerType ? bare(def.innerType) : schema
}

function childOf(def: z.core.$ZodTypeDef, name: string): z.core.$ZodType | undefined {
  return isObject(def) && Object.hasOwn(def.shape, name) ? def.shape[name] : undefined
}

function isObject(def: z.core.$ZodTypeDef): def is z.core.$ZodObjectDef {
  return def.type === 'object'
}

function isRecord(def: z.core.$ZodTypeDef): def is z.core.$ZodRecordDef {
  return def.type === 'record'
}
