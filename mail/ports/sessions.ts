/** Who is signed in to the console. Only the SHA-256 of a session's token is kept. */
export interface Sessions {
  create(session: Session): Promise<void>
  /** Undefined when it is not there or has expired. */
  findByHash(hash: string, now: number): Promise<Session | undefined>
  /** Removing what is not there is no error. */
  remove(hash: string): Promise<void>
}

export interface Session {
  readonly hash: string
  /** The key it was opened with: once that is revoked the session is worth nothing. */
  readonly keyHash: string
  readonly createdAt: number
  readonly expiresAt: number
}
