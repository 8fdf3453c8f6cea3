import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Of the built console: from source in `dist/` next to this folder, in the package next to it. */
export function consoleFolder(): string | undefined {
  const places = ['../dist/console', '../console'].map((at) => join(import.meta.dirname, at))
  // The folder of the sources has no assets.
  return places.find((place) => existsSync(join(place, 'assets')))
}
