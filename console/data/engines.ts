import type { SettingsSchema } from '../../api/openapi/answers.ts'
import { useResource } from './resource.ts'

export type Engine = SettingsSchema['engines'][number]

/** Every engine, in the order of the form; none as long as they are not known. */
export function useEngines(): readonly Engine[] {
  return useResource<SettingsSchema>('/v1/settings/schema').data?.engines ?? []
}

/** What makes the name of an engine into the one that people know. */
export function useEngineLabel(): (name: string) => string {
  const engines = useEngines()
  return (name) => labelIn(engines, name)
}

export function labelIn(engines: readonly Engine[], name: string): string {
  // Not an engine, but what kept the email from one.
  if (name === 'safety') return 'Safety rule'
  return engines.find((engine) => engine.name === name)?.label ?? name
}
