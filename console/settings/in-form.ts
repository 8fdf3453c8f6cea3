import type { Json } from './answers.ts'
import type { Draft } from './draft.ts'
import type { Setting } from './form-schema.ts'
import { same, textOf, valueAt } from './layers.ts'

/** Where the value of a setting comes from. */
export type Origin = 'locked' | 'changed' | 'saved' | 'deployed' | 'default'

export interface InForm {
  readonly value: Json | undefined
  readonly origin: Origin
  /** What holds when nothing is saved. */
  readonly below: Json | undefined
}

/** The state of a setting in the form. */
export function inForm({ base, wanted }: Draft, { path, default: preset }: FormSetting): InForm {
  const [lock, want, saved, deployed] = [base.locks, wanted, base.saved, base.defaults].map(
    (layer) => valueAt(layer, path),
  )
  const below = deployed ?? preset
  if (lock !== undefined) return { value: lock, origin: 'locked', below }
  const value = want ?? below
  if (!same(want, saved)) return { value, origin: 'changed', below }
  if (want !== undefined) return { value, origin: 'saved', below }
  return { value, origin: deployed === undefined ? 'default' : 'deployed', below }
}

type FormSetting = Pick<Setting, 'path' | 'default'>

/** The engines that are chosen, in their order. */
export function chosenEngines(draft: Draft): string[] {
  const { value = 'noop' } = inForm(draft, { path: 'engine', default: 'noop' })
  return [value].flat().map(textOf)
}
