import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { setImmediate as giveWay } from 'node:timers/promises'
import type { TemplateFolder } from '../../mail/template/folder.ts'

/** More than this is no folder of templates. */
const mostFiles = 5_000
const mostBytes = 50_000_000

/** Reads a folder of templates as it is now. */
export async function readTemplates(path: string): Promise<TemplateFolder> {
  return readFound(path, await findTexts(path))
}

/** Reads the texts that were found, and compiles them. */
export async function readFound(
  path: string,
  found: readonly FoundText[],
): Promise<TemplateFolder> {
  // The engine is loaded by the first who names a template.
  const { readFolder } = await import('../../mail/template/folder.ts')
  const texts = new Map<string, string>()
  for (const { name } of found)
    texts.set(name, withoutMark(await readFile(join(path, name), 'utf8')))
  return readFolder(texts, () => giveWay())
}

/** Some editors on Windows begin UTF-8 with a mark. */
const withoutMark = (text: string) => text.replace(/^\uFEFF/, '')

/** A file of a folder of templates. */
export interface FoundText {
  readonly name: string
  readonly size: number
  readonly changed: number
}

/**
 * The files of a folder of templates. Links are not followed: they may lead out of it.
 *
 * @throws Error when the folder cannot be read, or is too large to be one of templates
 */
export async function findTexts(path: string): Promise<FoundText[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(json|html|txt)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  if (paths.length > mostFiles) throw new Error(`more than ${mostFiles} files`)
  const found = await Promise.all(
    paths.sort().map(async (file) => {
      const { size, mtimeMs } = await stat(file)
      return { name: relative(path, file).split(sep).join('/'), size, changed: mtimeMs }
    }),
  )
  if (found.reduce((sum, { size }) => sum + size, 0) > mostBytes)
    throw new Error(`more than ${mostBytes / 1e6} MB`)
  return found
}
