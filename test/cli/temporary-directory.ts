import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An installed package has tens of thousands of files. */
const removalMs = 300_000

/** An empty directory that goes when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'postern-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }), removalMs)
  return directory
}
