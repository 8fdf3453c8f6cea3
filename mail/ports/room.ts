/**
 * The bytes of content that this process may have in memory at a time: bodies that come in, emails
 * that are composed and sent. What would be too much is refused or waits before it is read, so that
 * no caller and no email ends the process.
 */
export interface Room {
  /** The most that one may take, in bytes, when all else is gone. */
  readonly mostBytes: number
  /** All that is taken now. */
  usedBytes(): number
  /**
   * Takes room at once.
   *
   * @param holder who it is for: an API key, a connection, the sending side
   * @param bytes what is known of it now; 0 when nothing is
   * @returns undefined when there is not so much left for this holder
   */
  enter(holder: string, bytes: number): Stay | undefined
  /**
   * Takes room as soon as there is so much, in the order asked.
   *
   * @returns undefined when it was stopped, or when too many wait already
   */
  wait(holder: string, bytes: number, signal: AbortSignal): Promise<Stay | undefined>
}

/** Room that was taken. */
export interface Stay {
  /** Takes more; false when there is not so much left. */
  more(bytes: number): boolean
  /** Gives all of it back; a second time does nothing. */
  leave(): void
}
