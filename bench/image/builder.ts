/** What makes an image of the Dockerfile, and runs it. */
export interface Builder {
  readonly name: string
  readonly build: () => Promise<void>
  /**
   * Runs the image with a read-only root, and without capabilities.
   *
   * @param data the directory that becomes `/data`
   */
  readonly run: (data: string, variables: Variables) => Promise<Container>
}

export type Variables = Readonly<Record<string, string>>

/** A container that runs in the network of this machine. */
export interface Container {
  /** What the image's `HEALTHCHECK` says. */
  readonly isHealthy: () => Promise<boolean>
  /** Runs a command in it, as the image's user. */
  readonly exec: (words: readonly string[]) => Promise<Ended>
  /** Sends SIGTERM. @returns the exit code */
  readonly stop: () => Promise<number>
}

/** A command that came to its end. */
export interface Ended {
  readonly code: number
  readonly said: string
}
