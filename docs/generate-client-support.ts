import { readFile, writeFile } from 'node:fs/promises'

/**
 * `mail/check/client-support.json`, the part of caniemail's data that the content checks use: how
 * the latest tested version of each mail client supports each feature. Made from the file
 * `data/caniemail.json` of the package `caniemail`, which is named as the argument.
 */
interface Published {
  readonly last_update_date: string
  readonly nicenames: { readonly family: Names; readonly platform: Names }
  readonly data: readonly {
    readonly slug: string
    readonly title: string
    readonly stats: Readonly<Record<string, Readonly<Record<string, Versions>>>>
  }[]
}

type Names = Readonly<Record<string, string>>
type Versions = Readonly<Record<string, string>>

const target = `${import.meta.dirname}/../mail/check/client-support.json`

/** What stands there now: the license of the data goes wherever it goes. */
const { license } = JSON.parse(await readFile(target, 'utf8')) as { readonly license: string }

function supportFrom({ last_update_date: at, nicenames, data }: Published) {
  const clients = [...new Set(data.flatMap(({ stats }) => clientsIn(stats)))].sort()
  return {
    source: `caniemail.com, ${at.slice(0, 10)}`,
    license,
    clients: clients.map((client) => {
      const [family = '', platform = ''] = client.split(' ')
      return { family, platform, name: nameOf(family, platform, nicenames) }
    }),
    features: Object.fromEntries(
      data.map(({ slug, title, stats }) => [
        slug,
        [title.trim(), clients.map((client) => latest(stats, client)).join('')],
      ]),
    ),
  }
}

function clientsIn(stats: Published['data'][number]['stats']): string[] {
  return Object.entries(stats).flatMap(([family, platforms]) =>
    Object.keys(platforms).map((platform) => `${family} ${platform}`),
  )
}

function nameOf(family: string, platform: string, names: Published['nicenames']): string {
  if (platform === 'outlook-com') return 'Outlook.com'
  return `${names.family[family]} ${names.platform[platform]}`.replace('Desktop Webmail', 'Webmail')
}

/** `y`, `n`, `a` (almost), `u` (unknown), or `-` where it was not tested. */
function latest(stats: Published['data'][number]['stats'], client: string): string {
  const [family = '', platform = ''] = client.split(' ')
  const versions = stats[family]?.[platform]
  if (!versions) return '-'
  return versions[lastOf(Object.keys(versions))]![0]!
}

/** They stand in the order of time, but for plain numbers, which JavaScript puts first. */
function lastOf(versions: readonly string[]): string {
  const isPlain = versions.every((version) => /^[\d.]+$/.test(version))
  return (isPlain ? versions.toSorted(byNumber) : versions).at(-1)!
}

function byNumber(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}

/** A line for each client and feature, so that a newer version shows what changed. */
function spelled({ clients, features, ...facts }: ReturnType<typeof supportFrom>): string {
  const lines = (all: readonly string[]) => all.map((line) => `    ${line}`).join(',\n')
  const rows = Object.entries(features).map(
    ([slug, feature]) => `${JSON.stringify(slug)}: ${JSON.stringify(feature)}`,
  )
  const head = Object.entries(facts).map(([key, text]) => `  "${key}": ${JSON.stringify(text)}`)
  const heads = lines(clients.map((client) => JSON.stringify(client)))
  return `{\n${head.join(',\n')},\n  "clients": [\n${heads}\n  ],\n  "features": {\n${lines(rows)}\n  }\n}\n`
}

const published = JSON.parse(await readFile(process.argv[2]!, 'utf8')) as Published
await writeFile(target, spelled(supportFrom(published)))
