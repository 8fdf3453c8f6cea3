import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import type { ReadConsole } from '../api/console.ts'

/** The files of the built console, all of them read at the first request and kept: some 100 kB. */
export function consoleFiles(directory = builtConsole()): ReadConsole {
  let files: ReturnType<typeof readAll> | undefined
  return (path) => (files ??= readAll(directory)).get(path)
}

/** From source in `dist/` next to this folder, in the package next to this folder. */
function builtConsole(): string | undefined {
  const places = ['../dist/console', '../console'].map((at) => join(import.meta.dirname, at))
  // The folder of the sources has no assets.
  return places.find((place) => existsSync(join(place, 'assets')))
}

function readAll(directory: string | undefined) {
  if (directory === undefined) return new Map<string, never>()
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [
        relative(directory, file).split(sep).join('/'),
        {
          bytes: readFileSync(file),
          contentType: types[extname(file)] ?? 'application/octet-stream',
        },
      ]),
  )
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
