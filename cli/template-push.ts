import type { TemplateDetail, TemplateSummary } from '../api/openapi/answers.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import type { Template } from '../mail/template/template.ts'
import { spellFault } from '../mail/template/template-fault.ts'
import { answer } from './answer.ts'
import { ApiRefusal, clientOf, type Client } from './client.ts'
import { table, type Page } from './table.ts'
import { keptTemplates, markOf, projectOf, saidBy } from './template-contents.ts'
import { folderAt, pathOf, type Asked, type FolderOption } from './template-folder.ts'

export interface PushOptions extends FolderOption {
  readonly publish?: boolean
  readonly prune?: boolean
  readonly dryRun?: boolean
}

/** What became of a template, or would. */
interface Pushed {
  readonly template: string
  readonly change: 'created' | 'changed' | 'unchanged' | 'removed' | 'refused'
  readonly published: boolean
  readonly version: string | null
  readonly reason?: string
}

/** `postern templates push`. */
export async function push(
  aliases: readonly string[],
  options: PushOptions,
  { command, terminal }: Asked,
): Promise<void> {
  if (options.prune && aliases.length > 0) throw usage('--prune is for all templates: name none')
  const files = await filesAt(pathOf(options, terminal), aliases)
  const client = clientOf(command, terminal)
  const pushed: Pushed[] = []
  for (const file of files) pushed.push(await pushOne(client, file, options))
  const project = projectOf(command, terminal)
  if (options.prune) pushed.push(...(await prune(client, files, { ...options, project })))
  answer(command, terminal, { templates: pushed }, (all, page) => inWords(all, page, options))
  if (pushed.some(({ change }) => change === 'refused'))
    throw new Failure(exitCodes.no, 'not all of them were taken')
}

/** @throws Failure when a file has a fault, or there is no template of a name */
async function filesAt(path: string, aliases: readonly string[]): Promise<Template[]> {
  const { templates, faults } = await folderAt(path)
  if (faults.length > 0) throw new Failure(exitCodes.no, faults.map(spellFault).join('\n'))
  const wanted = aliases.length > 0 ? aliases : [...templates.keys()]
  return wanted.map((alias) => {
    const found = templates.get(alias)
    if (!found) throw new Failure(exitCodes.no, `there is no template "${alias}" in ${path}`)
    return found
  })
}

async function pushOne(client: Client, file: Template, options: PushOptions): Promise<Pushed> {
  const { name: template } = file.source
  try {
    const { change, after } = await save(client, file, options)
    const isLate = options.publish === true && (after?.has_unpublished ?? true)
    const published = isLate && after && !options.dryRun ? await publish(client, after) : after
    return { template, change, published: isLate, version: published?.version ?? null }
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error
    return { template, change: 'refused', published: false, version: null, reason: error.message }
  }
}

interface Saved {
  readonly change: 'created' | 'changed' | 'unchanged'
  /** As it is kept then; undefined where it only would be. */
  readonly after?: TemplateSummary
}

async function save(client: Client, file: Template, { dryRun }: PushOptions): Promise<Saved> {
  const { name: alias, title: name = alias } = file.source
  const said = saidBy(file)
  const kept = await find(client, alias)
  if (!kept) {
    const after = dryRun
      ? undefined
      : await client.call<TemplateSummary>('POST', '/v1/templates', { alias, name, ...said })
    return { change: 'created', after }
  }
  if (kept.source === 'file')
    throw new ApiRefusal(409, 'it is a file there too, from which emails are made')
  const { contents, revision } = kept
  if (contents && markOf(kept.name, contents) === markOf(name, said))
    return { change: 'unchanged', after: kept }
  const change = { name, revision, ...said }
  const after = dryRun
    ? undefined
    : await client.call<TemplateSummary>('PATCH', `/v1/templates/${kept.id}`, change)
  return { change: 'changed', after }
}

async function find(client: Client, alias: string): Promise<TemplateDetail | undefined> {
  try {
    return await client.call<TemplateDetail>('GET', `/v1/templates/${encodeURIComponent(alias)}`)
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return undefined
    throw error
  }
}

function publish(client: Client, { id, revision }: TemplateSummary): Promise<TemplateSummary> {
  return client.call('POST', `/v1/templates/${id}/publish`, { revision })
}

async function prune(
  client: Client,
  files: readonly Template[],
  { dryRun, project }: PushOptions & { readonly project?: string },
): Promise<Pushed[]> {
  const here = new Set(files.map(({ source }) => source.name))
  const left = (await keptTemplates(client, project)).filter(
    ({ alias }) => alias === null || !here.has(alias),
  )
  const removed: Pushed[] = []
  for (const { id, alias, name } of left) {
    if (!dryRun) await client.call('DELETE', `/v1/templates/${id}`)
    removed.push({ template: alias ?? name, change: 'removed', published: false, version: null })
  }
  return removed
}

function inWords(
  { templates }: { readonly templates: readonly Pushed[] },
  page: Page,
  { dryRun }: PushOptions,
): string {
  if (templates.length === 0) return 'no templates'
  const rows = templates.map(({ template, change, published, version, reason }) => [
    template,
    change,
    published ? (version ?? 'yes') : undefined,
    reason,
  ])
  const headings = ['TEMPLATE', dryRun ? 'WOULD BE' : 'IS', 'PUBLISHED AS', 'WHY']
  const hasReasons = templates.some(({ reason }) => reason !== undefined)
  const width = hasReasons ? 4 : 3
  return table(
    headings.slice(0, width),
    rows.map((row) => row.slice(0, width)),
    page,
  )
}
