import type { Authenticate } from './access/auth.ts'
import type { LinkKeeper } from './access/signed-link.ts'
import type { WaitPlaces } from './http/wait-places.ts'
import type { TemplateLibrary } from './templates/find.ts'

/** What the surfaces have in common. */
export interface Shared {
  readonly authenticate: Authenticate
  readonly links: LinkKeeper
  readonly library: TemplateLibrary
  readonly waits: WaitPlaces
}
