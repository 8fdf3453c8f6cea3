import type { Blobs } from '../../mail/ports/blobs.ts'

/** Bytes by name, in memory. */
export function memoryBlobs(): Blobs {
  const blobs = new Map<string, Uint8Array>()
  return {
    put: async (key, bytes) => void blobs.set(key, bytes.slice()),
    get: async (key) => blobs.get(key),
    remove: async (key) => void blobs.delete(key),
  }
}
