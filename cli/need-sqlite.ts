import { exitCodes, Failure } from '../machine/failure.ts'

/**
 * Talking to a Postern works from Node 20 on; opening what one keeps on this machine does not.
 *
 * @param command for people
 * @throws Failure where this Node has no SQLite
 */
export async function needSqlite(command: string): Promise<void> {
  try {
    await import('node:sqlite')
  } catch (cause) {
    throw new Failure(
      exitCodes.usage,
      `${command} needs Node 24, and this is ${process.version}: ${cure()}`,
      { cause },
    )
  }
}

/** `npx` with the name of a package puts it in a folder of npm's cache, which this file is in then. */
function cure(): string {
  return /[\\/]_npx[\\/]/.test(import.meta.filename)
    ? 'run npx --package node@24 --package postern postern start'
    : 'run npm install node@24, with --global where Postern was installed so'
}
