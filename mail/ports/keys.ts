import type { Scope } from '../email/project.ts'
import type { Stream } from '../email/stream.ts'

/** API keys. Only the SHA-256 of a token is kept. */
export interface Keys {
  create(key: ApiKey): Promise<void>
  findByHash(hash: string): Promise<ApiKey | undefined>
  /** Those of a project, or of `*` all there are. */
  list(scope: Scope): Promise<readonly ApiKey[]>
  /** Changes the name or the time of last use; says whether the key exists. */
  change(
    id: string,
    change: Partial<Pick<ApiKey, 'name' | 'lastUsedAt'>>,
    scope: Scope,
  ): Promise<boolean>
  revoke(id: string, scope: Scope): Promise<boolean>
}

export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly hash: string
  readonly permission: 'full_access' | 'sending_access'
  /** The one that it belongs to; `*`: all, for full access only. */
  readonly project: Scope
  /** Only this sender domain may stand in From. */
  readonly domain?: string
  /** Emails of this key are always captured. */
  readonly capture: boolean
  /** Of what it sends, where an email names none. */
  readonly stream?: Stream
  readonly createdAt: number
  readonly lastUsedAt?: number
}
