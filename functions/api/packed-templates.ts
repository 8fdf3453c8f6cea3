import { readTemplates } from '../../backends/web/template-files.ts'
import type { TemplateFolder } from '../../mail/template/folder.ts'
import { spellFault } from '../../mail/template/template-fault.ts'

/** The templates that were deployed with the function. */
interface PackedTemplates {
  current(): Promise<TemplateFolder['templates']>
  /** What is wrong with them; known once the first email has named one. */
  faults(): readonly string[] | undefined
}

/**
 * Reads the folder when a template is named first, and keeps it: what is deployed does not change.
 * Without a folder there are no templates.
 */
export function packedTemplates(path: string): PackedTemplates {
  let reading: Promise<TemplateFolder> | undefined
  let faults: readonly string[] | undefined
  const read = async () => {
    const folder = await readTemplates(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return { templates: new Map<never, never>(), faults: [] }
    })
    if (folder.faults.length > 0) faults = folder.faults.map(spellFault)
    return folder
  }
  const forget = (error: unknown) => {
    reading = undefined
    throw error
  }
  return {
    current: async () => (await (reading ??= read().catch(forget))).templates,
    faults: () => faults,
  }
}
