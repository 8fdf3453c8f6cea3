import type { Template } from '../../mail/template/template.ts'

/** Names a locale for all emails of a request that do not name one themselves. */
export const localeHeader = 'X-Postern-Locale'

/** Finds a template by the name that a caller knows it by. */
export type FindTemplate = (name: string) => Promise<Template | undefined>

/** The templates of the host's folder; none where there is no folder. */
export type FolderTemplates = () => Promise<ReadonlyMap<string, Template>>

/** `d-` may stand before an alias: for SendGrid's libraries it makes a template a dynamic one. */
export function templateFinder(folder: FolderTemplates | undefined): FindTemplate {
  return async (name) => {
    const templates = await folder?.()
    return templates?.get(name) ?? templates?.get(name.replace(/^d-/, ''))
  }
}
