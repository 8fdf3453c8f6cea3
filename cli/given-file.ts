import { readFile } from 'node:fs/promises'
import { usage } from '../machine/failure.ts'

/**
 * The bytes of a file that a command line names.
 *
 * @param place what names it, such as an option
 * @throws Failure when it cannot be read
 */
export async function readGivenFile(place: string, file: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(file)
  } catch (error) {
    throw usage(`${place}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}
