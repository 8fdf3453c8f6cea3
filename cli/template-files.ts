import { exitCodes, Failure } from '../machine/failure.ts'
import { jsonIn } from '../mail/email/json.ts'
import { isPlainObject } from '../mail/settings/layers.ts'
import { aliasPattern } from '../mail/template/names.ts'
import type { Said } from './template-contents.ts'

interface Named {
  readonly alias: string
  readonly name: string
  /** That the folder has messages in: a file for all languages is one for each of these. */
  readonly languages: ReadonlySet<string>
}

type Texts = Said['locales'][string]

/** What stands for every language that there are messages in. */
const forAll = 'template'

/**
 * The files that say what a template says, by their path in a folder of templates.
 *
 * @throws Failure when a name could lead out of the folder
 */
export function filesOf(
  { alias, name, languages }: Named,
  said: Said,
): ReadonlyMap<string, string> {
  const { layout, partials, messages, locales } = said
  const layoutName = layout ? (layout.name ?? alias) : undefined
  const one = sameInAll(said, languages)
  const texts = one ? { [forAll]: one } : locales
  const description = {
    name,
    default_locale: said.default_locale,
    ...(layoutName !== undefined && { layout: layoutName }),
    ...(!said.inline_css && { inline_css: false }),
    ...(said.from !== null && { from: said.from }),
    ...(said.reply_to !== null && { reply_to: said.reply_to }),
    ...subjectsBesides(said, one),
    variables: said.variables,
    samples: said.samples,
  }
  const files = new Map([
    [`${alias}/template.json`, inJson(description)],
    ...Object.entries(texts).flatMap(([locale, own]) =>
      pairOf(`${alias}/${locale}`, withHead(own)),
    ),
    ...(layout ? pairOf(`_layouts/${layoutName!}`, layout) : []),
    ...Object.entries(partials).flatMap(([partial, pair]) => pairOf(`_partials/${partial}`, pair)),
    ...Object.entries(messages).map(
      ([locale, all]) => [`_messages/${locale}.json`, inJson(all)] as const,
    ),
  ])
  for (const file of files.keys())
    if (
      !aliasPattern.test(alias) ||
      !/^[^./\\\x00-\x1f][^/\\\x00-\x1f]*\/[^./\\\x00-\x1f][^/\\\x00-\x1f]*$/.test(file)
    )
      throw new Failure(exitCodes.no, `${JSON.stringify(file)} is no name of a file of templates`)
  return files
}

/** A subject of one line stands above the words. */
function withHead({ subject = '', html, text }: Texts): SharedTexts {
  if (!isHead(subject)) return { html, text }
  const head = `---\nsubject: ${subject}\n---\n`
  return html === undefined ? { text: head + (text ?? '') } : { html: head + html, text }
}

function isHead(subject: string): boolean {
  return subject !== '' && !/^\s|\s$|[\r\n]/.test(subject)
}

/** Those that stand above no words. */
function subjectsBesides({ locales }: Said, one: Texts | undefined) {
  const subjects = Object.entries(locales).flatMap(([locale, { subject = '' }]) => {
    const isAbove = isHead(subject) && (!one || one.subject !== undefined)
    return isAbove ? [] : [[locale, subject] as const]
  })
  return subjects.length > 0 ? { subjects: Object.fromEntries(subjects) } : {}
}

type SharedTexts = Pick<Texts, 'html' | 'text'>

function pairOf(path: string, { html, text }: SharedTexts): [string, string][] {
  return [
    ...(html === undefined ? [] : [[`${path}.html`, html] as [string, string]]),
    ...(text === undefined ? [] : [[`${path}.txt`, text] as [string, string]]),
  ]
}

function inJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** The texts of all locales, where they are the same, and messages are what makes languages of them. */
function sameInAll({ locales }: Said, languages: ReadonlySet<string>): Texts | undefined {
  const tags = Object.keys(locales)
  const isTranslated =
    tags.length > 1 && tags.length === languages.size && tags.every((tag) => languages.has(tag))
  const [first, ...rest] = Object.values(locales)
  const isSame = (kind: keyof Texts) => rest.every((one) => one[kind] === first![kind])
  if (!isTranslated || !isSame('html') || !isSame('text')) return undefined
  const { html, text } = first!
  return isSame('subject') ? first : { html, text }
}

/** Messages next to those that are there; `isSafe` where none of those becomes another. */
export function mergedMessages(there: string, text: string): { text: string; isSafe: boolean } {
  const [old, added] = [jsonIn(there), jsonIn(text) as object]
  if (!isPlainObject(old)) return { text, isSafe: false }
  const isSafe = Object.entries(added).every(
    ([key, value]) =>
      !Object.hasOwn(old, key) || JSON.stringify(old[key]) === JSON.stringify(value),
  )
  const isAll = Object.entries(added).every(([key]) => Object.hasOwn(old, key)) && isSafe
  return { text: isAll ? there : inJson({ ...old, ...added }), isSafe }
}
