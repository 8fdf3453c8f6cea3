import { writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { secretNames } from '../mail/settings/secret-names.ts'
import { settingsJsonSchema, type JsonSchema } from '../mail/settings/json-schema.ts'
import { presetNames, presetOf } from '../mail/settings/smtp-presets.ts'
import type { Note } from './settings-note.ts'
import { notes } from './settings-notes.ts'

/** Where the page lies. */
export const settingsPagePath = `${import.meta.dirname}/settings.md`

/** One setting that has a value of its own. */
interface Leaf {
  readonly path: string
  readonly schema: JsonSchema
  readonly default: unknown
}

/** `docs/settings.md`, from the schema and `settings-notes.ts`, formatted. */
export async function settingsPage(): Promise<string> {
  const sections = groups(leaves()).map(([title, members]) =>
    [`## ${title}`, ...members.map(entry)].join('\n\n'),
  )
  const options = await resolveConfig(settingsPagePath)
  return format([introduction, ...sections, secrets, presets()].join('\n\n'), {
    ...options,
    parser: 'markdown',
  })
}

/** Every setting, in the order of the schema. */
export function leaves(): Leaf[] {
  return leavesOf(settingsJsonSchema(), '')
}

function leavesOf(schema: JsonSchema, path: string): Leaf[] {
  if (!schema.properties) return [{ path, schema, default: schema.default }]
  return Object.entries(schema.properties).flatMap(([key, below]) =>
    leavesOf(below as JsonSchema, path === '' ? key : `${path}.${key}`),
  )
}

/** Settings of one object under its name, those without one together. */
function groups(all: readonly Leaf[]): [string, Leaf[]][] {
  const titleOf = ({ path }: Leaf) =>
    path.includes('.') ? path.split('.')[0]! : path === 'secrets' ? 'Secrets' : 'Every email'
  const titles = [...new Set(all.map(titleOf))]
  return titles.map((title) => [title, all.filter((leaf) => titleOf(leaf) === title)])
}

function entry({ path, schema, default: preset }: Leaf): string {
  const note = notes[path]
  if (!note) throw new Error(`docs/settings-notes.ts says nothing about ${path}`)
  const lines = [
    `- Values: ${note.values ?? valuesOf(schema)}${preset === null ? ', or `null`' : ''}`,
    ...(note.unit ? [`- Unit: ${note.unit}`] : []),
    `- Default: ${code(preset)}`,
    `- Example: ${code(exampleOf(path, note))}`,
  ]
  return [`### \`${path}\``, schema.description, lines.join('\n'), note.more]
    .filter((part) => part !== undefined)
    .join('\n\n')
}

/** What the schema allows, in words. */
function valuesOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => code(value)).join(', ')
  if (schema.anyOf)
    return schema.anyOf
      .filter(({ type }) => type !== 'null')
      .map(valuesOf)
      .join('; or ')
  switch (kindOf(schema)) {
    case 'boolean':
      return '`true`, `false`'
    case 'integer':
      return `a whole number${rangeOf(schema)}`
    case 'number':
      return `a number${rangeOf(schema)}`
    case 'array':
      return `a list of ${schema.minItems ?? 0} to ${schema.maxItems} of these`
    default:
      return schema.maxLength
        ? `text, at most ${schema.maxLength.toLocaleString('en')} characters`
        : 'text'
  }
}

function rangeOf({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const low = exclusiveMinimum === undefined ? `from ${minimum}` : `above ${exclusiveMinimum}`
  return ` ${low} to ${maximum?.toLocaleString('en')}`
}

/** The type, null left out. */
function kindOf({ type }: JsonSchema): string | undefined {
  return Array.isArray(type) ? type.find((one) => one !== 'null') : type
}

/** `{"smtp":{"port":465,"security":"tls"}}`: an example that can be pasted as it stands. */
export function exampleOf(path: string, { example, beside }: Note): Record<string, unknown> {
  const keys = path.split('.')
  const inner = { [keys.pop()!]: example, ...beside }
  return keys.reduceRight<Record<string, unknown>>((value, key) => ({ [key]: value }), inner)
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``
}

const introduction = `# Settings

<!-- Written by \`npm run docs\` from mail/settings/settings.ts. Do not edit. -->

Settings are one JSON document. What is not set has its default; an unknown key is refused.

Three layers make the settings in force, each laid over the one before, objects key by key and everything else replaced whole:

1. **Defaults** given where Postern is deployed: \`POSTERN_DEFAULTS\`, JSON.
2. **What was saved** while running: \`PUT /v1/settings\`, the command line.
3. **Locks** given where Postern is deployed: \`POSTERN_LOCKS\`, JSON. A lock cannot be changed at run time; a save that contradicts one is refused and says so.

Every setting on this page can stand in each layer. Saving checks the whole document first and is refused when someone else saved in the meantime; it takes effect within 15 seconds, without a restart. A saved document that became unreadable does not stop mail: the last good one stays in force and \`GET /v1/health\` says what is wrong.`

const secrets = `The secrets themselves are not settings: they are written, used by the engine, and never shown. These exist:

${secretNames.map((name) => `- \`${name}\``).join('\n')}`

/** Those that have one host; a name with a region in it is explained above the table. */
function presets(): string {
  const rows = presetNames.flatMap((name) => {
    const preset = presetOf(name)
    return preset ? [`| \`${name}\` | \`${preset.host}\` | ${preset.credentials} |`] : []
  })
  const rest = presetNames.filter((name) => !presetOf(name)).map((name) => `\`${name}\``)
  const region = presetOf('ses-smtp:eu-west-1')!
  return `## SMTP providers by name

For \`smtp.preset\`. There is also ${rest.join(', ')}, such as \`ses-smtp:eu-west-1\` for \`${region.host}\`: ${region.credentials}

| preset | host | user name and password |
| --- | --- | --- |
${rows.join('\n')}`
}

if (import.meta.main) await writeFile(settingsPagePath, await settingsPage())
