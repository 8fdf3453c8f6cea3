import type { Command } from 'commander'
import type { List, TemplateDetail, TemplateSummary } from '../api/openapi/answers.ts'
import { wishOf } from '../api/v1/template-body.ts'
import { readClientEnvironment } from '../machine/environment.ts'
import { usage } from '../machine/failure.ts'
import { contentsOf } from '../mail/template/contents-of.ts'
import type { Template } from '../mail/template/template.ts'
import { query, type Client } from './client.ts'
import type { Terminal } from './terminal.ts'

/** What a template says, as the API takes and shows it. */
export type Said = NonNullable<TemplateDetail['contents']>

/** What the files of a template say. */
export function saidBy(template: Template): Said {
  return withoutEmpty(wishOf(contentsOf(template)) as Said)
}

/**
 * Two templates that say the same have the same mark, whatever the order of what they say. The name
 * of a layout is for files.
 */
export function markOf(name: string, said: Said): string {
  const { layout, ...rest } = withoutEmpty(said)
  const { name: _, ...texts } = layout ?? {}
  return JSON.stringify([name, inOrder(rest), inOrder(layout && texts)])
}

/** An empty subject says as much as none. */
function withoutEmpty(said: Said): Said {
  const locales = Object.entries(said.locales).map(([tag, { subject, ...texts }]) => [
    tag,
    { ...(subject && { subject }), ...texts },
  ])
  return { ...said, locales: Object.fromEntries(locales) as Said['locales'] }
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).filter(([, one]) => one !== undefined && one !== null)
  return Object.fromEntries(
    fields
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, one]) => [key, inOrder(one)]),
  )
}

/** The project that was named. */
export function projectOf(command: Command, { env }: Terminal): string | undefined {
  const { project } = command.optsWithGlobals<{ readonly project?: string }>()
  return project ?? readClientEnvironment(env).project
}

/**
 * The templates that the API keeps in the project that was named, or in the only one there is.
 *
 * @throws Failure when a key of all projects sees several, and none was named
 */
export async function keptTemplates(client: Client, project?: string): Promise<TemplateSummary[]> {
  const all: TemplateSummary[] = []
  for (let after: string | undefined; ;) {
    const path = `/v1/templates${query({ limit: '100', after })}`
    const page = await client.call<List<TemplateSummary>>('GET', path)
    all.push(...page.data.filter(({ source }) => source === 'api'))
    after = page.data.at(-1)?.id
    if (!page.has_more || after === undefined) break
  }
  const own = project === undefined ? all : all.filter((one) => one.project === project)
  const projects = [...new Set(own.map((one) => one.project))]
  if (projects.length > 1) throw usage(`name one with --project: ${projects.sort().join(', ')}`)
  return own
}
