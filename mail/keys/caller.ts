import type { ApiKey } from '../ports/keys.ts'

/** Who asks. */
export interface Caller {
  /** The key's id; `local` where no key is needed. */
  readonly owner: string
  readonly domain?: ApiKey['domain']
  readonly capture: boolean
}
