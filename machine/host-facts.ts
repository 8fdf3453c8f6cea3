import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalBackend } from '../backends/local/index.ts'
import type { HostFacts } from '../mail/doctor/facts.ts'
import { storageTrouble } from '../mail/trouble.ts'

/** With less free space than this, in bytes, the next commit fails. */
const fullBelow = 100_000

/** What the doctor wants to know of this machine, and whether emails can be kept on it. */
export function hostFacts(
  directory: string,
  { commitTrouble }: Pick<LocalBackend, 'commitTrouble'>,
  mailboxTrouble: () => string | undefined,
): () => Promise<HostFacts> {
  return async () => {
    const mailbox = mailboxTrouble()
    return { ...(await disk()), ...(mailbox && { mailbox }) }
  }

  async function disk(): Promise<HostFacts> {
    try {
      await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
      await access(join(directory, 'postern.sqlite'), constants.R_OK | constants.W_OK)
      const { bavail, bsize } = await statfs(directory)
      const freeBytes = bavail * bsize
      const trouble = await commitTrouble()
      const storage = trouble === undefined ? undefined : wordsOf(trouble)
      if (freeBytes < fullBelow) return { kind: 'machine', freeBytes, storage: words.full }
      return { kind: 'machine', freeBytes, ...(storage && { storage }) }
    } catch (error) {
      return { kind: 'machine', storage: wordsOf(error) }
    }
  }
}

const words = { full: 'the disk is full', readOnly: 'the disk is read-only' }

function wordsOf(error: unknown): string {
  const kind = storageTrouble(error)
  if (kind) return words[kind]
  const { code, name } = error as NodeJS.ErrnoException
  return `the data directory cannot be used (${code ?? name})`
}
