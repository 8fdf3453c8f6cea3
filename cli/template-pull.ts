import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TemplateDetail } from '../api/openapi/answers.ts'
import { exitCodes, Failure } from '../machine/failure.ts'
import type { TemplateFolder } from '../mail/template/folder.ts'
import { answer } from './answer.ts'
import { clientOf } from './client.ts'
import { table, type Page } from './table.ts'
import { keptTemplates, markOf, projectOf, saidBy } from './template-contents.ts'
import { filesOf, mergedMessages } from './template-files.ts'
import { folderAt, pathOf, type Asked, type FolderOption } from './template-folder.ts'

export interface PullOptions extends FolderOption {
  readonly force?: boolean
  readonly dryRun?: boolean
}

/** What became of a template, or would. */
interface Pulled {
  readonly template: string
  readonly change: 'written' | 'unchanged' | 'refused' | 'skipped'
  readonly files: readonly string[]
  readonly reason?: string
}

/** `postern templates pull`. */
export async function pull(
  aliases: readonly string[],
  options: PullOptions,
  { command, terminal }: Asked,
): Promise<void> {
  const client = clientOf(command, terminal)
  const kept = await keptTemplates(client, projectOf(command, terminal))
  const missing = aliases.find((alias) => !kept.some((one) => one.alias === alias))
  if (missing !== undefined) throw new Failure(exitCodes.no, `there is no template "${missing}"`)
  const details: TemplateDetail[] = []
  for (const { id } of kept.filter((one) => isWanted(one.alias, aliases)))
    details.push(await client.call('GET', `/v1/templates/${id}`))
  const path = pathOf(options, terminal)
  const pulling = { ...options, path, languages: languagesOf(path, details), here: reader(path) }
  const pulled: Pulled[] = []
  for (const detail of details) pulled.push(await pullOne(detail, pulling))
  answer(command, terminal, { templates: pulled }, inWords)
  if (pulled.some(({ change }) => change === 'refused'))
    throw new Failure(exitCodes.no, 'not all of them were written: --force writes over files')
}

/** Languages that there are messages in, here and in what is pulled. */
function languagesOf(path: string, details: readonly TemplateDetail[]): ReadonlySet<string> {
  const folder = join(path, '_messages')
  const here = existsSync(folder) ? readdirSync(folder) : []
  return new Set([
    ...here.map((file) => file.replace(/\.json$/, '')),
    ...details.flatMap(({ contents }) => Object.keys(contents?.messages ?? {})),
  ])
}

/** The folder as it is, read once until it is changed; undefined where there is none. */
function reader(path: string) {
  let folder: Promise<TemplateFolder> | undefined
  return {
    read: async () => (existsSync(path) ? (folder ??= folderAt(path)) : undefined),
    change: () => (folder = undefined),
  }
}

function isWanted(alias: string | null, aliases: readonly string[]): boolean {
  return aliases.length === 0 || (alias !== null && aliases.includes(alias))
}

interface Pulling extends PullOptions {
  readonly path: string
  readonly languages: ReadonlySet<string>
  readonly here: ReturnType<typeof reader>
}

async function pullOne(
  { alias, name, contents }: TemplateDetail,
  { force, dryRun, path, languages, here: folder }: Pulling,
): Promise<Pulled> {
  const template = alias ?? name
  const not = (change: Pulled['change'], reason?: string): Pulled => ({
    ...{ template, change, files: [] },
    ...(reason !== undefined && { reason }),
  })
  if (alias === null) return not('skipped', 'it has no alias, after which a folder is named')
  if (!contents) return not('skipped', 'it says nothing yet')
  const here = (await folder.read())?.templates.get(alias)
  if (here && markOf(here.source.title ?? alias, saidBy(here)) === markOf(name, contents))
    return not('unchanged')
  const files = filesOf({ alias, name, languages }, contents)
  const planned = [...files].map(([file, text]) => plan(path, file, text))
  const faults = planned.filter(({ isSafe }) => !isSafe).map(({ file }) => file)
  const own = existsSync(join(path, alias)) ? readdirSync(join(path, alias)) : []
  const stale = own
    .map((one) => `${alias}/${one}`)
    .filter((file) => isText(file) && !files.has(file))
  if (!force && (stale.length > 0 || faults.length > 0))
    return not('refused', `these say something else: ${[...faults, ...stale].join(', ')}`)
  const changed = planned.filter(({ isChange }) => isChange)
  if (!dryRun) {
    folder.change()
    for (const file of stale) rmSync(join(path, file))
    for (const { file, text } of changed) write(join(path, file), text)
  }
  return { template, change: 'written', files: changed.map(({ file }) => file) }
}

function isText(file: string): boolean {
  return /\.(html|txt)$/.test(file)
}

/** A file as it would be; `isSafe` where what is there stays as it is. */
interface Planned {
  readonly file: string
  readonly text: string
  readonly isSafe: boolean
  readonly isChange: boolean
}

/** Other messages may stand next to these. */
function plan(path: string, file: string, wanted: string): Planned {
  const there = textAt(path, file)
  if (there === undefined) return { file, text: wanted, isSafe: true, isChange: true }
  if (there === wanted) return { file, text: wanted, isSafe: true, isChange: false }
  const isShared = file.startsWith('_messages/')
  const { text, isSafe } = isShared
    ? mergedMessages(there, wanted)
    : { text: wanted, isSafe: false }
  return { file, text, isSafe, isChange: text !== there }
}

function textAt(path: string, file: string): string | undefined {
  try {
    return readFileSync(join(path, file), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function write(file: string, text: string) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function inWords({ templates }: { readonly templates: readonly Pulled[] }, page: Page): string {
  if (templates.length === 0) return 'no templates'
  const rows = templates.map(({ template, change, files, reason }) => [
    template,
    change,
    reason ?? (files.length > 0 ? files.join(' ') : undefined),
  ])
  return table(['TEMPLATE', 'IS', 'FILES'], rows, page)
}
