import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Replaces a file whole: readers, and a process started after a crash or a power cut, see the old
 * text or the new one, never a part. Only the owner may read it.
 */
export function replaceFile(path: string, text: string): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.new`)
  try {
    writeFileSync(beside, text, { mode: 0o600, flush: true })
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
  syncDirectory(dirname(path))
}

/** Makes names that were created or renamed in a directory survive a power cut. */
export function syncDirectory(directory: string): void {
  // Windows cannot open a directory; NTFS keeps a journal of names.
  if (process.platform === 'win32') return
  const descriptor = openSync(directory, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** The bytes of a file; undefined where there is none. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
