/**
 * Makes several writes: as one, where the store can; else one after the other in this order, each
 * durable before the next begins. The first that fails ends it.
 */
export type Commit = (writes: readonly (() => Promise<unknown>)[]) => Promise<void>
