/** What the links are signed with that recipients follow. Each deployment makes its own. */
export interface LinkKeys {
  /**
   * Newest first: the first signs, and all are believed, for an old email must not lose its link.
   * Made when there is none yet.
   *
   * @param isFresh also one that another process made a moment ago
   */
  all(isFresh?: boolean): Promise<readonly string[]>
  /** From now on another key signs. */
  rotate(): Promise<void>
}
