import type { Postern } from '../ports/postern.ts'
import type { Settings } from '../settings/settings.ts'
import { saveSettings } from './save.ts'

type Lists = Settings['unsubscribe']['lists']

/** What became of a change to what lists are called. */
export type ListsChanged =
  { readonly kind: 'changed' } | { readonly kind: 'refused'; readonly reason: string }

/**
 * Changes the one setting, again from the start when someone else saved in the meantime.
 *
 * @param next the lists as they are to be
 */
export async function changeLists(
  postern: Postern,
  next: (lists: Lists) => Lists,
): Promise<ListsChanged> {
  if (postern.inForce.locks['unsubscribe'] !== undefined)
    return {
      kind: 'refused',
      reason: 'the setting unsubscribe is locked where Postern is deployed',
    }
  for (;;) {
    const { settings, saved, version } = await postern.inForce.refresh()
    const lists = next(settings.unsubscribe.lists)
    const unsubscribe = { ...(saved['unsubscribe'] as object | undefined), lists }
    const wish = { settings: { ...saved, unsubscribe }, version, force: true }
    const end = await saveSettings(postern, wish)
    if (end.kind === 'saved') return { kind: 'changed' }
    if (end.kind === 'invalid')
      return { kind: 'refused', reason: end.faults.map(({ rule }) => rule).join('; ') }
  }
}
