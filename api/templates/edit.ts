import { setImmediate as giveWay } from 'node:timers/promises'
import type { StoredTemplate, TemplateVersion } from '../../mail/ports/templates.ts'
import type { Contents } from '../../mail/template/contents.ts'
import type { TextFault } from '../../mail/template/contents-faults.ts'
import { mostOfName } from '../../mail/template/names.ts'
import { createTemplate, type NewTemplate, type Rewritten } from '../../mail/template/stored.ts'
import { contentsIn, type Managed, type Managing } from './managed.ts'

/** The same contents, compiled and with their CSS inlined. @throws what `refuse` makes of faults */
export async function compiled(
  contents: Contents,
  refuse: (faults: readonly TextFault[]) => Error,
): Promise<Contents> {
  const [{ faultsIn }, { inlinedContents }] = await Promise.all([
    import('../../mail/template/contents-faults.ts'),
    import('../../mail/template/inlined-contents.ts'),
  ])
  const faults = await faultsIn(contents, giveWay)
  if (faults.length > 0) throw refuse(faults)
  return inlinedContents(contents, giveWay)
}

/** Makes a template; `taken` also when a file has its alias, which would be found before it. */
export async function addTemplate(
  managing: Managing,
  wanted: NewTemplate,
): Promise<StoredTemplate | 'taken'> {
  if (await isOfFile(managing, wanted.alias)) return 'taken'
  const made = await createTemplate(managing, wanted)
  managing.library.changed()
  return made
}

/** Makes a template of what another says: in its draft, unless a version is named. */
export async function duplicate(
  managing: Managing,
  managed: Managed,
  { name, version, ...said }: CopyWish,
): Promise<StoredTemplate | 'taken'> {
  const contents = await contentsIn(managing, managed, version)
  const ofCopy = name ?? `${managed.template.name} (copy)`.slice(-mostOfName)
  return addTemplate(managing, { ...said, name: ofCopy, contents })
}

interface CopyWish {
  readonly project: string
  readonly name?: string
  readonly alias?: string
  readonly version?: TemplateVersion
}

/** Changes one as it is now, again where another writer comes first. */
export async function changeTemplate(
  { library }: Managing,
  find: () => Promise<StoredTemplate>,
  change: (template: StoredTemplate) => Promise<Rewritten>,
): Promise<StoredTemplate | 'taken'> {
  for (;;) {
    const changed = await change(await find())
    library.changed()
    if (changed !== 'stale') return changed
  }
}

/** Whether a file has this alias: every project has it, and it is found first. */
export async function isOfFile({ library }: Managing, alias: string | undefined): Promise<boolean> {
  return alias !== undefined && (await library.file(alias)) !== undefined
}
