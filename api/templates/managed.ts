import { derivedId } from '../../mail/email/derived-id.ts'
import type { Page } from '../../mail/ports/page.ts'
import type { StoredTemplate, TemplateQuery, TemplateVersion } from '../../mail/ports/templates.ts'
import type { Caller } from '../../mail/keys/caller.ts'
import type { Contents } from '../../mail/template/contents.ts'
import { aliasesIn, idIn } from '../../mail/template/names.ts'
import { currentOf, type Rewritten, type TemplateStores } from '../../mail/template/stored.ts'
import { readTexts } from '../../mail/template/texts.ts'
import type { Template } from '../../mail/template/template.ts'
import { notFound, Refusal } from '../http/errors.ts'
import { fileId, type TemplateLibrary } from './find.ts'

/** A template as the API shows it. One that is a file looks like one that the API keeps. */
export interface Managed {
  readonly template: StoredTemplate
  readonly file?: Template
}

/** Those that the API keeps, and the library of all. */
export interface Managing extends TemplateStores {
  readonly library: TemplateLibrary
}

type Asking = Pick<Caller, 'project' | 'scope'>

/** By id or alias, files first. @throws Refusal 404 when there is none, or only in another project */
export async function findManaged(
  { library, templates }: Managing,
  name: string,
  { project, scope }: Asking,
): Promise<Managed> {
  const file = await library.file(name)
  if (file) return shownFile(file)
  const id = idIn(name)
  if (id !== undefined) {
    const template = await templates.get(id, scope)
    if (template) return { template }
  } else
    for (const alias of aliasesIn(name)) {
      const template = await templates.named(alias, project)
      if (template) return { template }
    }
  throw notFound('Template')
}

/** One that may be changed. @throws Refusal 404 when there is none, 409 when it is a file */
export async function findStored(
  managing: Managing,
  name: string,
  caller: Asking,
): Promise<StoredTemplate> {
  const { template, file } = await findManaged(managing, name, caller)
  if (!file) return template
  const words = `The template "${file.source.name}" is a file: it is changed in the folder of templates.`
  throw new Refusal(409, 'conflict', words)
}

/** Changes one as it is now, again where another writer comes first. Undefined: its alias is taken. */
export async function changeStored(
  find: () => Promise<StoredTemplate>,
  change: (template: StoredTemplate) => Promise<Rewritten>,
): Promise<StoredTemplate | undefined> {
  for (;;) {
    const changed = await change(await find())
    if (changed === 'taken') return undefined
    if (changed !== 'stale') return changed
  }
}

/** Whether an alias may not be given: to a file, which every project has, it is lost. */
export async function isOfFile({ library }: Managing, alias: string): Promise<boolean> {
  return (await library.file(alias)) !== undefined
}

/** A page of all: files, and then those that the API keeps, newest first. */
export async function listManaged(
  { library, templates }: Managing,
  query: TemplateQuery,
): Promise<Page<Managed>> {
  const { limit, after, before } = query
  const files = (await library.files()).map(shownFile)
  const placeOf = (id: string) => files.findIndex(({ template }) => template.id === id)
  const place = placeOf(after ?? before ?? '')
  if (before !== undefined && place >= 0)
    return { data: files.slice(Math.max(0, place - limit), place), hasMore: place > limit }
  const isBehind = place < 0 && (after ?? before) !== undefined
  const ahead = isBehind ? [] : files.slice(place + 1)
  if (ahead.length > limit) return { data: ahead.slice(0, limit), hasMore: true }
  const rest = limit - ahead.length
  const { data, hasMore } = await templates.list({
    ...query,
    limit: Math.max(rest, 1),
    after: isBehind ? after : undefined,
  })
  const kept = data.map((template): Managed => ({ template }))
  if (before === undefined)
    return { data: [...ahead, ...kept].slice(0, limit), hasMore: hasMore || kept.length > rest }
  const between = hasMore
    ? []
    : files.slice(files.length - Math.min(limit - kept.length, files.length))
  return { data: [...between, ...kept], hasMore: hasMore || between.length < files.length }
}

/** What a version says, or the draft, or what is published where there is none. */
export async function contentsIn(
  stores: TemplateStores,
  { template, file }: Managed,
  version?: TemplateVersion,
): Promise<Contents | undefined> {
  if (file) return (await import('../../mail/template/contents.ts')).contentsOf(file.source)
  const texts = (version ?? { texts: template.draft ?? currentOf(template)?.texts }).texts
  return texts && readTexts(stores, texts)
}

/** The only version of a file is the one that it has now. */
function shownFile(file: Template): Managed {
  const { name, title = name, version, defaultLocale, locales } = file.source
  const id = fileId(file)
  const texts = { key: version, hash: version, defaultLocale, locales: Object.keys(locales) }
  const only = { id: derivedId('version', name, version), name: version, number: 1 }
  return {
    file,
    template: {
      id,
      project: '*',
      alias: name,
      name: title,
      createdAt: 0,
      updatedAt: 0,
      revision: 1,
      draft: texts,
      versions: [{ ...only, createdAt: 0, texts }],
      lastNumber: 1,
      current: 1,
      publishedAt: 0,
    },
  }
}
