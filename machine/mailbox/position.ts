import { join } from 'node:path'
import { readIfThere, replaceFile } from '../../backends/local/durable-files.ts'
import { jsonIn } from '../../mail/email/json.ts'

/**
 * How far a folder has been read: everything up to `lastUid` (RFC 3501 section 2.3.1.1), durable in
 * the data directory. UIDs count within one folder and one UIDVALIDITY: of another nothing is known.
 *
 * @param of names the folder, as it is now
 * @returns `lastUid` is undefined where the folder was never read
 */
export function positionIn(directory: string, of: string) {
  const path = join(directory, 'mailbox.json')
  return {
    lastUid: readIn(path, of),
    write: (lastUid: number) => replaceFile(path, `${JSON.stringify({ of, lastUid })}\n`),
  }
}

function readIn(path: string, of: string): number | undefined {
  const known = jsonIn(readIfThere(path)?.toString() ?? '') as
    { of?: unknown; lastUid?: unknown } | undefined
  return known?.of === of && typeof known.lastUid === 'number' ? known.lastUid : undefined
}
