import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { bundle, bundling } from '../../../functions/build.ts'

/** A module of the sources as the functions have it. */
export async function bundled<Module>(source: string): Promise<Module> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bundled-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const start = join(folder, 'start.ts')
  writeFileSync(start, source.replaceAll("'./", `'${bundling.absWorkingDir}/`))
  await bundle(start, folder)
  return createRequire(import.meta.url)(join(folder, 'index.mjs')) as Module
}
