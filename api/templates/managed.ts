import { derivedId } from '../../mail/email/derived-id.ts'
import type { Page } from '../../mail/ports/page.ts'
import type { StoredTemplate, TemplateQuery, TemplateVersion } from '../../mail/ports/templates.ts'
import type { Caller } from '../../mail/keys/caller.ts'
import type { Contents } from '../../mail/template/contents.ts'
import { aliasesIn, idIn } from '../../mail/template/names.ts'
import { currentOf, type TemplateStores } from '../../mail/template/stored.ts'
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

/** A page of all: those that the API keeps, newest first, and then files by alias. */
export async function listManaged(
  { library, templates }: Managing,
  query: TemplateQuery,
): Promise<Page<Managed>> {
  const { limit, after, before } = query
  const files = (await library.files()).map(shownFile)
  const kept = async (more: Partial<TemplateQuery>) => {
    const { data, hasMore } = await templates.list({ ...query, ...more })
    return { data: data.map((template): Managed => ({ template })), hasMore }
  }
  const place = files.findIndex(({ template }) => template.id === (after ?? before))
  if (place >= 0 && after !== undefined) return pageAt(files, place + 1, limit)
  if (place >= 0) {
    const wanted = Math.max(0, limit - place)
    const { data } = await kept({ before: lowestId, limit: wanted + 1 })
    const all = [...data, ...files.slice(0, place)]
    return { data: all.slice(-limit), hasMore: all.length > limit }
  }
  const page = await kept({})
  if (page.hasMore || before !== undefined) return page
  const rest = pageAt(files, 0, limit - page.data.length)
  return { data: [...page.data, ...rest.data], hasMore: rest.hasMore }
}

function pageAt(files: readonly Managed[], start: number, limit: number): Page<Managed> {
  return { data: files.slice(start, start + limit), hasMore: files.length > start + limit }
}

/** Sorts before every other. */
const lowestId = '00000000-0000-0000-0000-000000000000'

/** What a version says, or the draft, or what is published where there is none. */
export async function contentsIn(
  stores: TemplateStores,
  { template, file }: Managed,
  version?: TemplateVersion,
): Promise<Contents | undefined> {
  if (file) return (await import('../../mail/template/contents-of.ts')).contentsOf(file)
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
