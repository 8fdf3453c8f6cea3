import { usage } from '../../machine/failure.ts'
import { readCodenvy, readPostfix } from './codenvy.ts'
import { readCodestream } from './codestream.ts'
import { readEnvironment } from './environment.ts'
import type { Imported } from './imported.ts'
import { readKbox } from './kbox.ts'
import { readPydio } from './pydio.ts'
import { readShield } from './shield.ts'

/** The systems whose mail settings can be read, by the name given to `--from`. */
const readers = new Map<string, (text: string) => Imported>([
  ['pydio', readPydio],
  ['codenvy', readCodenvy],
  ['postfix', readPostfix],
  ['shield', readShield],
  ['kbox', readKbox],
  ['codestream', readCodestream],
  ['env', readEnvironment],
])

export const importSources: readonly string[] = [...readers.keys()]

/** Longest file, in characters: the largest real one is a pydio.json of some hundred kilobytes. */
const longestFile = 4 * 1_024 * 1_024

/**
 * Makes settings of another system's file. Nothing is saved and no server is contacted.
 *
 * @throws Failure when the file is not what `from` says; it names what was expected and found
 */
export function importSettings(from: string, text: string): Imported {
  const read = readers.get(from)
  if (!read) throw usage(`--from is one of ${importSources.join(', ')}`)
  if (text.length > longestFile)
    throw usage(`the file is longer than ${longestFile} characters: no settings are that long`)
  return read(text.replace(/^\ufeff/, ''))
}
