import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { exitCodes, Failure } from '../machine/failure.ts'
import { faultIn, spellFault } from '../mail/template/template-fault.ts'
import { treeOf } from '../mail/template/tree.ts'
import { answer } from './answer.ts'
import { plainLine } from './plain-text.ts'
import { pathOf, type Asked, type FolderOption } from './template-folder.ts'
import type { Made, Source } from './template-source.ts'

/** What became of a source. */
interface Built {
  readonly source: string
  readonly html: string
  readonly change: 'written' | 'unchanged' | 'refused'
  readonly reasons: readonly string[]
}

/** `postern templates build`: MJML and React Email, by what the user has installed. */
export async function build(
  aliases: readonly string[],
  options: FolderOption,
  { command, terminal }: Asked,
): Promise<void> {
  const folder = pathOf(options, terminal)
  const sources = sourcesIn(folder, aliases)
  const built: Built[] = []
  for (const source of sources) built.push(await buildOne(folder, source))
  answer(command, terminal, { templates: built }, inWords)
  if (built.some(({ change }) => change === 'refused'))
    throw new Failure(exitCodes.no, 'not all of them were built')
}

/** Sources of templates and layouts; those that begin with `_` are for these to include. */
function sourcesIn(folder: string, aliases: readonly string[]): string[] {
  if (!existsSync(folder)) throw new Failure(exitCodes.no, `${folder} cannot be read: ENOENT`)
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /^(_layouts|[^_./][^/]*)\/[^_./][^/]*\.(mjml|tsx|jsx)$/.test(path))
    .filter((path) => path.startsWith('_') || isTemplate(folder, path))
    .filter((path) => aliases.length === 0 || aliases.includes(path.split('/')[0]!))
  const missing = aliases.find((alias) => !found.some((path) => path.startsWith(`${alias}/`)))
  if (missing !== undefined)
    throw new Failure(exitCodes.no, `there is no .mjml, .tsx or .jsx in ${join(folder, missing)}`)
  return found.sort()
}

function isTemplate(folder: string, path: string): boolean {
  return existsSync(join(folder, path.split('/')[0]!, 'template.json'))
}

async function buildOne(folder: string, path: string): Promise<Built> {
  const html = path.replace(/\.\w+$/, '.html')
  const source: Source = {
    folder: resolve(folder),
    path,
    text: readFileSync(join(folder, path), 'utf8'),
    variables: variablesOf(folder, path.split('/')[0]!),
  }
  const made = await make(source)
  // What was made has to be a template.
  const fault =
    made.faults.length === 0 ? faultIn(() => treeOf({ where: html, text: made.html })) : undefined
  const faults = fault ? [spellFault(fault)] : made.faults
  if (faults.length > 0) return { source: path, html, change: 'refused', reasons: faults }
  const file = join(folder, html)
  const isSame = existsSync(file) && readFileSync(file, 'utf8') === made.html
  if (!isSame) writeFileSync(file, made.html)
  return { source: path, html, change: isSame ? 'unchanged' : 'written', reasons: made.warnings }
}

async function make(source: Source): Promise<Made> {
  if (!source.path.endsWith('.mjml')) return (await import('./react-email.ts')).fromReact(source)
  return (await import('./mjml.ts')).fromMjml(source)
}

/** Keys of the variables that a template declares, each with its type. */
function variablesOf(folder: string, alias: string): Source['variables'] {
  const file = join(folder, alias, 'template.json')
  if (!existsSync(file)) return []
  try {
    const { variables = [] } = JSON.parse(readFileSync(file, 'utf8')) as {
      variables?: Source['variables']
    }
    return variables
  } catch {
    throw new Failure(exitCodes.no, `${file} is no JSON`)
  }
}

function inWords({ templates }: { readonly templates: readonly Built[] }): string {
  if (templates.length === 0) return 'nothing to build: there is no .mjml, .tsx or .jsx'
  return templates
    .flatMap(({ source, html, change, reasons }) => [
      `${source} → ${html}: ${change}`,
      ...reasons.map((reason) => `  ${reason}`),
    ])
    .map(plainLine)
    .join('\n')
}
