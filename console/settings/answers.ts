import type { SettingsFault } from '../data/answers.ts'

/** Settings, or a part of them: what JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [key: string]: Json
}

export interface SettingsAnswer {
  /** All layers together: what is in force. */
  readonly settings: JsonObject
  readonly saved: JsonObject
  readonly saved_at: string | null
  readonly version: string
  readonly since?: string | null
  readonly defaults: JsonObject
  readonly locks: JsonObject
  /** Which version of each secret is active. */
  readonly secrets: Readonly<Record<string, number>>
  readonly faults: readonly SettingsFault[]
  readonly verdict: Verdict | null
}

export interface Verdict {
  /** About exactly the settings that are in force. */
  readonly current?: boolean
  readonly at: string
  readonly engines: Verdicts
}

export type Verdicts = Readonly<
  Record<
    string,
    { readonly valid: boolean; readonly reason?: string; readonly warnings?: readonly string[] }
  >
>

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

export interface SchemaAnswer {
  readonly schema: Schema
  readonly secrets: readonly { readonly name: string; readonly engine: string }[]
  readonly presets: readonly Preset[]
  readonly engines: readonly string[]
}

export interface Preset {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly security: string
  readonly note?: string
}
