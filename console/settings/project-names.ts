import { useResource } from '../data/resource.ts'
import type { SettingsAnswer } from './answers.ts'

/**
 * The projects that the settings name, which `default` is not one of.
 *
 * @param isAllowed whether the reader may see the settings
 */
export function useProjectNames(isAllowed = true): string[] {
  const { data } = useResource<SettingsAnswer>(isAllowed ? '/v1/settings' : undefined)
  const { projects = {} } = (data?.settings ?? {}) as { readonly projects?: object }
  return Object.keys(projects).filter((name) => name !== 'default')
}
