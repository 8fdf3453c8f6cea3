import { createHash } from 'node:crypto'
import * as z from 'zod'
import { defaultLocaleOf, readDescription, readJson, type Description } from './description.ts'
import { readLocale } from './locale.ts'
import { aliasPattern } from './names.ts'
import {
  openTemplate,
  type Shelf,
  type Template,
  type TemplateSource,
  type Texts,
} from './template.ts'
import { lineAt } from './scan.ts'
import { spellFault, TemplateError, type TemplateFault } from './template-fault.ts'
import type { Written } from './tree.ts'
import type { MessageFile } from './messages.ts'

/** The texts of a folder of templates, by path with slashes. */
export type FolderFiles = ReadonlyMap<string, string>

/** What a folder holds. A template with a fault is not among them. */
export interface TemplateFolder {
  readonly templates: ReadonlyMap<string, Template>
  readonly faults: readonly TemplateFault[]
}

/**
 * Reads a folder of templates: `<alias>/template.json`, `<alias>/<locale>.html` and `.txt`, beside
 * `_layouts`, `_partials` and `_messages`; `template.html` is for all locales that have messages.
 * What has no `template.json` is no template.
 *
 * Every text is compiled, so that a fault is found now and not by the first email.
 *
 * @param pause called between templates, so that others get the thread
 */
export async function readFolder(
  files: FolderFiles,
  pause: () => Promise<void>,
): Promise<TemplateFolder> {
  const aliases = aliasesIn(files)
  const isUsed = (path: string) =>
    /^_(layouts|partials|messages)\//.test(path) || aliases.includes(path.split('/')[0]!)
  const faults = [...files].flatMap(([path, text]) => (isUsed(path) && noTextIn(path, text)) || [])
  const isText = (alias: string) => !faults.some(({ where }) => where.startsWith(`${alias}/`))
  const templates = new Map<string, Template>()
  const shelf = collect(faults, () => shelfOf(files)) ?? { partials: {}, messages: [] }
  // Loaded by the first who has a style sheet.
  const hasStyles = [...files.values()].some((text) => /<style/i.test(text))
  const inline = hasStyles ? await import('./inline/inlined-source.ts') : undefined
  const shared = hashOf(files, (path) => path.startsWith('_'))
  for (const alias of aliases.filter(isText)) {
    const source = collect(faults, () => sourceOf(files, alias, shared))
    const inlined = source && inline ? await inline.withInlined(source, shelf, pause) : source
    const template = inlined && openTemplate(inlined, shelf)
    const wrong = template?.faults() ?? []
    faults.push(...wrong)
    if (template && wrong.length === 0) templates.set(alias, template)
    await pause()
  }
  return { templates, faults: eachOnce(faults) }
}

/** Locales and templates may share the text that a fault is in. */
function eachOnce(faults: readonly TemplateFault[]): TemplateFault[] {
  return [...new Map(faults.map((fault) => [spellFault(fault), fault])).values()]
}

/** What cannot be read as UTF-8 comes as U+FFFD, and would be sent like that. */
function noTextIn(where: string, text: string): TemplateFault | undefined {
  const at = text.indexOf('\uFFFD')
  if (at < 0) return undefined
  return { where, line: lineAt(text, at), rule: 'is not written in UTF-8' }
}

function collect<Thing>(faults: TemplateFault[], make: () => Thing): Thing | undefined {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    faults.push(error.fault)
    return undefined
  }
}

function aliasesIn(files: FolderFiles): string[] {
  const described = [...files.keys()].filter((path) => /^[^_/][^/]*\/template\.json$/.test(path))
  return described.map((path) => path.split('/')[0]!).sort()
}

function sourceOf(files: FolderFiles, alias: string, shared: string): TemplateSource {
  const where = `${alias}/template.json`
  const no = (rule: string) => new TemplateError({ where, line: 1, rule })
  if (!aliasPattern.test(alias))
    throw no('a folder of a template has a name of letters, digits, "-"')
  const said = readDescription(where, files.get(where)!)
  const parts = { alias, said, bodies: new Map() }
  const locales = Object.fromEntries(
    localesIn(files, alias).map((locale) => [locale, textsOf(files, locale, parts)]),
  )
  const defaultLocale = defaultLocaleOf(said, Object.keys(locales))
  if (defaultLocale === undefined) throw no('there is no html or txt in the default locale')
  return {
    name: alias,
    version: hashOf(files, (path) => path.startsWith(`${alias}/`), shared),
    title: said.name ?? alias,
    defaultLocale,
    variables: said.variables,
    samples: said.samples,
    from: said.from,
    replyTo: said.reply_to,
    locales,
    inlineCss: said.inline_css,
    layout: said.layout === undefined ? undefined : layoutOf(files, said.layout, where),
  }
}

/** Stands for every locale that there are messages in, and no file of its own. */
const forAll = 'template'

const messagePath = /^_messages\/([^/]+)\.json$/

function messageLocales(files: FolderFiles): string[] {
  return [...files.keys()].flatMap((path) => messagePath.exec(path)?.[1] ?? [])
}

function localesIn(files: FolderFiles, alias: string): string[] {
  const own = [...files.keys()]
    .filter((path) => path.startsWith(`${alias}/`) && /\.(html|txt)$/.test(path))
    .map((path) => path.slice(alias.length + 1).replace(/\.(html|txt)$/, ''))
  const translated = own.includes(forAll) ? messageLocales(files) : []
  const names = [...own.filter((name) => name !== forAll), ...translated]
  for (const name of names)
    if (!readLocale(name))
      throw new TemplateError({ where: `${alias}/${name}`, line: 1, rule: 'is no language tag' })
  return [...new Set(names)].sort()
}

interface Parts {
  readonly alias: string
  readonly said: Description
  /** Of files with a head, which several locales may share. */
  readonly bodies: Map<string, ReturnType<typeof withoutHead>>
}

function textsOf(files: FolderFiles, locale: string, { alias, said, bodies }: Parts): Texts {
  const [html, text] = (['html', 'txt'] as const).map((ending) => {
    const own = `${alias}/${locale}.${ending}`
    const where = files.has(own) ? own : `${alias}/${forAll}.${ending}`
    const words = files.get(where)
    if (words === undefined) return undefined
    const known = bodies.get(where) ?? withoutHead(where, words)
    bodies.set(where, known)
    return known
  })
  const subject = html?.subject ?? text?.subject ?? subjectIn(said, locale, alias)
  if (!subject)
    throw new TemplateError({
      where: `${alias}/template.json`,
      line: 1,
      rule: `there is no subject in ${locale}`,
    })
  return { subject, html: html?.body, text: text?.body }
}

function subjectIn({ subjects }: Description, locale: string, alias: string): Written | undefined {
  const text = Object.hasOwn(subjects, locale) ? subjects[locale] : undefined
  return text === undefined ? undefined : { where: `${alias}/template.json`, text }
}

/** Above a text may stand `---`, `subject: …` and `---` again. */
function withoutHead(where: string, words: string): { subject?: Written; body: Written } {
  const [head, subject] = /^---\r?\nsubject:[ \t]*(.*)\r?\n---\r?\n/.exec(words) ?? []
  if (head === undefined) return { body: { where, text: words } }
  return {
    subject: { where, text: subject!.trim(), firstLine: 2 },
    body: { where, text: words.slice(head.length), firstLine: 4 },
  }
}

function layoutOf(files: FolderFiles, name: string, where: string): TemplateSource['layout'] {
  const { html, text } = pairOf(files, `_layouts/${name}`)
  if (html || text) return { name, html, text }
  throw new TemplateError({ where, line: 1, rule: `there is no layout "${name}"` })
}

function pairOf(files: FolderFiles, path: string): { html?: Written; text?: Written } {
  const written = (where: string) =>
    files.has(where) ? { where, text: files.get(where)! } : undefined
  return { html: written(`${path}.html`), text: written(`${path}.txt`) }
}

function shelfOf(files: FolderFiles): Shelf {
  const names = [...files.keys()].flatMap(
    (path) => /^_partials\/([^/]+)\.(?:html|txt)$/.exec(path)?.[1] ?? [],
  )
  return {
    partials: Object.fromEntries(names.map((name) => [name, pairOf(files, `_partials/${name}`)])),
    messages: [...files].flatMap(([path, text]) => messagesIn(path, text) ?? []),
  }
}

const messages = z.record(
  z.string(),
  z.union([z.string(), z.record(z.string(), z.string())]),
  'must be an object of texts, or of plural forms',
)

function messagesIn(where: string, text: string): MessageFile | undefined {
  const [, locale] = messagePath.exec(where) ?? []
  if (locale === undefined) return undefined
  const no = (rule: string) => new TemplateError({ where, line: 1, rule })
  if (!readLocale(locale)) throw no('is no language tag')
  const read = messages.safeParse(readJson(where, text))
  if (!read.success) throw no('must be an object of texts, or of plural forms')
  return { where, locale, messages: read.data }
}

/** What a version is known by: the same texts have the same everywhere. */
function hashOf(files: FolderFiles, wanted: (path: string) => boolean, seed = ''): string {
  const hash = createHash('sha256').update(seed)
  for (const path of [...files.keys()].filter(wanted).sort())
    hash.update(JSON.stringify([path, files.get(path)]))
  return hash.digest('hex').slice(0, 12)
}
