import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/**
 * Reads the files below a folder by their path in it, with slashes. All are read at the first call
 * and kept, so that no path leads out of the folder: meant for a built console of some 100 kB.
 *
 * @param directory without one there are no files
 */
export function builtFiles(directory: string | undefined): (path: string) => Buffer | undefined {
  let files: ReadonlyMap<string, Buffer> | undefined
  return (path) => (files ??= new Map(directory === undefined ? [] : readAll(directory))).get(path)
}

function readAll(directory: string): [path: string, bytes: Buffer][] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [relative(directory, file).split(sep).join('/'), readFileSync(file)])
}
