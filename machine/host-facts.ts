import { statfs } from 'node:fs/promises'
import type { HostFacts } from '../mail/doctor/facts.ts'

/** What the doctor wants to know of this machine. */
export function hostFacts(directory: string): () => Promise<HostFacts> {
  return async () => {
    const { bavail, bsize } = await statfs(directory)
    return { kind: 'machine', freeBytes: bavail * bsize }
  }
}
