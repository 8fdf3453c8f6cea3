/** From 0 to below 1, and always the same for the same words: nothing here depends on timing. */
export function drawn(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  for (const character of words.join('\0')) {
    hash ^= character.codePointAt(0)!
    hash = Math.imul(hash, 0x01000193)
  }
  // FNV-1a leaves words that end alike close together; this mixes them (MurmurHash3's finalizer).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
