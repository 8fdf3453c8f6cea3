import { spawnSync } from 'node:child_process'

/*
 * Asks the registry which packages of the installed product have known vulnerabilities, and fails
 * when one does that SECURITY.md has not judged: `npm run audit`. A registry that does not answer
 * such questions, as mirrors often do not, is no finding; it is said, because then nothing was
 * checked.
 */

/** Advisories that SECURITY.md judges, by their GHSA id. */
const judged: readonly string[] = []

interface Report {
  readonly message?: string
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly via: readonly (string | Advisory)[] }>
  >
}

interface Advisory {
  readonly name: string
  readonly title: string
  readonly url: string
}

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  encoding: 'utf8',
  maxBuffer: 50_000_000,
  shell: process.platform === 'win32',
})
const { message, vulnerabilities } = JSON.parse(stdout || '{}') as Report
if (!vulnerabilities) {
  process.stdout.write(`Not checked: the registry did not answer (${message ?? 'no report'}).\n`)
} else {
  const found = Object.values(vulnerabilities)
    .flatMap(({ via }) => via.filter((one) => typeof one === 'object'))
    .filter(({ url }) => !judged.some((id) => url.endsWith(id)))
  for (const { name, title, url } of found) process.stdout.write(`${name}: ${title} (${url})\n`)
  process.stdout.write(`${found.length} known vulnerabilities that are not judged.\n`)
  process.exitCode = found.length > 0 ? 1 : 0
}
