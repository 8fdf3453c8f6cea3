import { useEffect, useState } from 'preact/hooks'

/** A value that many parts of the page look at. */
interface Store<T> {
  get(): T
  set(next: T): void
  /** @returns what ends it */
  subscribe(listener: () => void): () => void
}

export function createStore<T>(initial: T): Store<T> {
  const listeners = new Set<() => void>()
  let value = initial
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of [...listeners]) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** The value of a store, and a new drawing whenever it changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(() => store.get())
  useEffect(() => {
    const look = () => setValue(() => store.get())
    // It may have changed between drawing and now.
    look()
    return store.subscribe(look)
  }, [store])
  return value
}
