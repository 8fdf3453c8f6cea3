import * as z from 'zod'
import { resolveSettings, settingsSchema } from './settings.ts'

export type JsonSchema = z.core.JSONSchema.BaseSchema

/**
 * The settings as JSON Schema (draft 2020-12), with a description and a default at every setting:
 * what the form of the console and the page of settings are made from. Rules between settings,
 * such as a redirect that needs an address, are not in it.
 */
export function settingsJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' })
  const resolved = resolveSettings({ defaults: {}, saved: {}, locks: {} })
  if ('faults' in resolved) throw new Error('the defaults are not valid settings')
  return withDefaults(schema, resolved.settings)
}

/** Zod gives no default for what it transforms, and only `{}` for a whole section. */
function withDefaults(schema: JsonSchema, value: unknown): JsonSchema {
  if (!schema.properties) return { ...schema, default: value }
  const { default: _empty, ...rest } = schema
  const below = Object.entries(schema.properties).map(([key, part]) => [
    key,
    withDefaults(part as JsonSchema, (value as Record<string, unknown>)[key]),
  ])
  return { ...rest, properties: Object.fromEntries(below) as JsonSchema['properties'] }
}
