import { derivedId } from '../../mail/email/derived-id.ts'
import { aliasesIn, idIn } from '../../mail/template/names.ts'
import type { Template } from '../../mail/template/template.ts'
import type { TemplateStores } from '../../mail/template/stored.ts'
import type { StoredFinder } from '../../mail/template/stored-finder.ts'

/** Names a locale for all emails of a request that do not name one themselves. */
export const localeHeader = 'X-Postern-Locale'

/** Finds what emails are made from, by the name that a caller knows it by; or the rule it breaks. */
export type FindTemplate = (
  name: string,
  project: string,
) => Promise<{ readonly template: Template } | { readonly rule: string }>

/** The templates of the host's folder; none where there is no folder. */
export type FolderTemplates = () => Promise<ReadonlyMap<string, Template>>

/** All templates: files, which are of every project and come first, and those kept by the API. */
export interface TemplateLibrary {
  readonly find: FindTemplate
  /** One that is a file, by alias or id. */
  file(name: string): Promise<Template | undefined>
  /** By alias. */
  files(): Promise<readonly Template[]>
  /** One that the API keeps has changed. */
  changed(): void
}

export function templateLibrary(
  stores: TemplateStores,
  folder: FolderTemplates = async () => new Map(),
): TemplateLibrary {
  // The engine is loaded by the first who names a template; `import` costs 0.1 ms every time.
  let finder: StoredFinder | undefined
  const stored = async () => {
    if (finder) return finder
    const { storedFinder } = await import('../../mail/template/stored-finder.ts')
    return (finder ??= storedFinder(stores))
  }

  async function file(name: string): Promise<Template | undefined> {
    const templates = await folder()
    if (templates.size === 0) return undefined
    const id = idIn(name)
    if (id !== undefined) return [...templates.values()].find((one) => fileId(one) === id)
    return aliasesIn(name).flatMap((alias) => templates.get(alias) ?? [])[0]
  }

  return {
    async find(name, project) {
      const template = await file(name)
      if (template) return { template }
      const found = await (await stored()).find(name, project)
      return 'missing' in found ? { rule: missing[found.missing](name) } : found
    },
    file,
    files: async () => [...(await folder()).values()],
    changed: () => finder?.forget(),
  }
}

const missing = {
  unknown: (name: string) => `there is no template "${name}"`,
  unpublished: (name: string) => `the template "${name}" was never published`,
}

/** For callers who know templates by ids alone. */
export function fileId({ source }: Template): string {
  return derivedId('template', source.name)
}
