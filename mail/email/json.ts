/**
 * What a text says in JSON; undefined where it is not JSON. The message of JSON.parse is dropped: it
 * quotes what it read, which may be a secret.
 */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
