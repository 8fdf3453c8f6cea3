/** API keys. Only the SHA-256 of a token is kept. */
export interface Keys {
  create(key: ApiKey): Promise<void>
  findByHash(hash: string): Promise<ApiKey | undefined>
  list(): Promise<readonly ApiKey[]>
  /** Changes the name or the time of last use; says whether the key exists. */
  change(id: string, change: Partial<Pick<ApiKey, 'name' | 'lastUsedAt'>>): Promise<boolean>
  revoke(id: string): Promise<boolean>
}

export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly hash: string
  readonly permission: 'full_access' | 'sending_access'
  /** Only this sender domain may stand in From. */
  readonly domain?: string
  /** Emails of this key are always captured. */
  readonly capture: boolean
  readonly createdAt: number
  readonly lastUsedAt?: number
}
