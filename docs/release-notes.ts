import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/*
 * `npm run release-notes -- v1.2.3` prints the changelog of a version. Fails where the tag, the
 * package and the changelog do not name the same one, before anything is published.
 */

interface Release {
  /** Such as `v1.2.3`. */
  readonly tag: string
  /** The version in package.json. */
  readonly version: string
  readonly changelog: string
}

/**
 * What a release says of itself.
 *
 * @returns the part of the changelog below the heading of the version, without the heading
 * @throws with a sentence for who made the tag, where one of the three is another version
 */
export function releaseNotes({ tag, version, changelog }: Release): string {
  if (tag !== `v${version}`)
    throw new Error(`the tag is ${tag}, and package.json has version ${version}`)
  const [, ...parts] = changelog.split(/^## /m)
  const part = parts.find((one) => one.startsWith(`[${version}]`))
  const notes = part?.slice(part.indexOf('\n')).trim()
  if (!notes) throw new Error(`CHANGELOG.md has no entries below "## [${version}]"`)
  return notes
}

function readRoot(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', name), 'utf8')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version } = JSON.parse(readRoot('package.json')) as { version: string }
  const release = { tag: process.argv[2] ?? '', version, changelog: readRoot('CHANGELOG.md') }
  try {
    process.stdout.write(`${releaseNotes(release)}\n`)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}
