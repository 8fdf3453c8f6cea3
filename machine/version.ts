import { existsSync, readFileSync } from 'node:fs'

/** Of Postern, as its package says. */
export const version = readVersion()

/** The package is one folder up from the source, two from what is built of it. */
function readVersion(): string {
  const beside = new URL('../package.json', import.meta.url)
  const file = existsSync(beside) ? beside : new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
