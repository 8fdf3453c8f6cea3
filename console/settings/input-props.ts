import type { Ties } from '../parts/field.tsx'
import type { Json } from './answers.ts'
import type { Setting } from './form-schema.ts'

export interface InputProps {
  readonly setting: Setting
  readonly value: Json | undefined
  readonly ties: Ties
  readonly disabled: boolean
  readonly onChange: (value: Json) => void
}
