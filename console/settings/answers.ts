import type { SettingsSchema, SettingsView } from '../../api/openapi/answers.ts'

export type { Verdict } from '../../api/openapi/answers.ts'

/** Settings, or a part of them: what JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [key: string]: Json
}

/** Settings are JSON: the API only says that they are an object. */
export type SettingsAnswer = Omit<SettingsView, 'settings' | 'saved' | 'defaults' | 'locks'> &
  Readonly<Record<'settings' | 'saved' | 'defaults' | 'locks', JsonObject>>

export type Verdicts = NonNullable<SettingsView['verdict']>['engines']

/** The part of JSON Schema (draft 2020-12) that the settings use. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: Json
  readonly enum?: readonly Json[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly pattern?: string
  readonly format?: string
}

export type SchemaAnswer = Omit<SettingsSchema, 'schema'> & { readonly schema: Schema }

export type Preset = SettingsSchema['presets'][number]
