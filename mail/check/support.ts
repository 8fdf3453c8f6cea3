import { featuresOfDeclaration, featuresOfPrelude } from './css-features.ts'
import { finding, type Finding, type Place } from './finding.ts'
import { featuresOfTag } from './html-features.ts'
import type { Listener } from './html-scan.ts'

/** How a client treats a feature, as caniemail tested its latest version. */
export type ClientSupport = 'yes' | 'partial' | 'no' | 'unknown'

export interface Client {
  readonly family: string
  readonly platform: string
  readonly name: string
}

/** A feature that an html part uses, and who supports it. */
export interface FeatureUse {
  /** Its name at caniemail: `https://www.caniemail.com/features/<slug>/`. */
  readonly slug: string
  readonly title: string
  readonly count: number
  readonly places: readonly Place[]
  readonly results: readonly { readonly client: Client; readonly support: ClientSupport }[]
}

export interface SupportData {
  readonly source: string
  readonly clients: readonly Client[]
  /** Title, and a letter for each client: `y`, `a`, `n`, `u`, or `-` where it was not tested. */
  readonly features: Readonly<Record<string, readonly string[]>>
}

/** Loaded with the first check: sending needs none of it. */
export async function loadSupport(): Promise<SupportData> {
  const module = await import('./client-support.json', { with: { type: 'json' } })
  return module.default
}

/** Hears html, and tells afterwards which features it used. */
export interface FeatureCount extends Listener {
  readonly used: () => FeatureUse[]
  /** Elements, as far as they are tested for anything. */
  readonly nodes: () => number
}

/** Places of one feature that are remembered; the rest are counted. */
const mostPlaces = 50

export function countFeatures(data: SupportData, placeOf: (at: number) => Place): FeatureCount {
  const found = new Map<string, { count: number; places: Place[] }>()
  let nodes = 0
  const note = (slugs: readonly string[], at: number) => {
    for (const slug of slugs) {
      if (!Object.hasOwn(data.features, slug)) continue
      const one = found.get(slug) ?? { count: 0, places: [] }
      one.count += 1
      if (one.places.length < mostPlaces) one.places.push(placeOf(at))
      found.set(slug, one)
    }
  }
  return {
    open(tag) {
      nodes += 1
      note(featuresOfTag(tag), tag.at)
      for (const one of tag.declarations) note(featuresOfDeclaration(one), tag.at)
    },
    style({ declarations, preludes, comments }, at) {
      for (const one of declarations) note(featuresOfDeclaration(one), at + one.at)
      for (const one of preludes) note(featuresOfPrelude(one), at + one.at)
      for (const one of comments) note(['css-comments'], at + one)
    },
    aside(kind, text, at) {
      if (kind === 'comment') note(['html-comments'], at)
      else if (/^!doctype\s+html\s*$/i.test(text)) note(['html-doctype'], at)
    },
    used: () => [...found].map(([slug, use]) => ({ slug, ...use, ...supportOf(slug, data) })),
    nodes: () => nodes,
  }
}

const meanings: Readonly<Record<string, ClientSupport>> = { y: 'yes', a: 'partial', n: 'no' }

function supportOf(slug: string, { clients, features }: SupportData) {
  const [title = '', letters = ''] = features[slug]!
  const results = clients.flatMap((client, n) =>
    letters[n] === '-' ? [] : [{ client, support: meanings[letters[n]!] ?? 'unknown' }],
  )
  return { title, results }
}

/** What is found in a feature; nothing where every client supports it. */
export function supportFinding({ slug, title, count, places, results }: FeatureUse): Finding[] {
  const namesOf = (how: ClientSupport) =>
    results.filter(({ support }) => support === how).map(({ client }) => client)
  const [none, partial] = [namesOf('no'), namesOf('partial')]
  if (none.length + partial.length === 0 || wanted.has(slug)) return []
  const parts = [
    ...(none.length > 0 ? [`not supported by ${listed(none)}`] : []),
    ...(partial.length > 0 ? [`only in part by ${listed(partial)}`] : []),
  ]
  const text = `${title}: ${parts.join(', ')}.`
  const severity = none.some(isCommon) ? 'warning' : 'note'
  const clients = [...none, ...partial].map(({ name }) => name)
  return [finding({ rule: `support.${slug}`, severity, text, clients }, places, count)]
}

/** What screen readers need, and no one misses where it is left out. */
const wanted: ReadonlySet<string> = new Set(['html-lang', 'html-dir', 'html-role'])

/** One of the clients that most readers use. */
function isCommon({ family, platform }: Client): boolean {
  return common.includes(family) && platform !== 'windows-mail'
}

const common = ['gmail', 'outlook', 'apple-mail', 'yahoo']

/** The best known first, and how many more there are. */
function listed(clients: readonly Client[]): string {
  const names = [...clients.filter(isCommon), ...clients.filter((one) => !isCommon(one))].map(
    ({ name }) => name,
  )
  const more = names.length - named
  return more > 1 ? `${names.slice(0, named).join(', ')} and ${more} more` : names.join(', ')
}

const named = 3
