import * as z from 'zod'
import { findLocale, readLocale } from './locale.ts'
import { TemplateError } from './template-fault.ts'
import { mostVariables, reservedNames, variableName, variableTypes } from './variables.ts'
import '../email/zod-words.ts'

export const localeField = z
  .string()
  .refine((tag) => readLocale(tag) !== undefined, 'is no language tag')

export const variableField = z
  .strictObject({
    key: z
      .string()
      .regex(variableName, 'must be letters, digits and "_", at most 50')
      .refine((key) => !reservedNames.has(key), 'is a reserved name'),
    type: z.enum(variableTypes).default('string'),
    required: z.boolean().optional(),
    fallback: z.unknown().optional(),
  })
  .readonly()

/** What `template.json` says of a template. */
const description = z.strictObject({
  name: z.string().max(200).optional(),
  default_locale: localeField.optional(),
  layout: z.string().optional(),
  /** False: style sheets stay as they are. */
  inline_css: z.boolean().optional(),
  from: z.string().optional(),
  reply_to: z.union([z.string(), z.array(z.string())]).optional(),
  /** By locale; what stands above the html of a locale wins. */
  subjects: z.record(localeField, z.string()).default({}),
  variables: z.array(variableField).max(mostVariables).default([]),
  /** Values to preview and check it with. */
  samples: z.record(z.string(), z.unknown()).default({}),
})

export type Description = z.output<typeof description>

/** @throws TemplateError with the line of a syntax error, or the path of what is wrong */
export function readDescription(where: string, text: string): Description {
  const read = description.safeParse(readJson(where, text))
  if (read.success) return read.data
  const [issue] = read.error.issues
  const path = issue!.path.map(String).join('.')
  const rule = path === '' ? issue!.message : `${path}: ${issue!.message}`
  throw new TemplateError({ where, line: lineOf(text, issue!.path.at(-1)), rule })
}

/** @throws TemplateError with the line of a syntax error */
export function readJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const said = (cause as Error).message
    const at = Number(/at position (\d+)/.exec(said)?.[1] ?? text.length)
    throw new TemplateError({
      where,
      line: text.slice(0, at).split('\n').length,
      rule: 'is no JSON',
    })
  }
}

/** Where a key is named first: near enough to find it. */
function lineOf(text: string, key: PropertyKey | undefined): number {
  const at = typeof key === 'string' ? text.indexOf(JSON.stringify(key)) : -1
  return at < 0 ? 1 : text.slice(0, at).split('\n').length
}

/** The default locale: the one that is named, else English, else the first. */
export function defaultLocaleOf(
  { default_locale }: Pick<Description, 'default_locale'>,
  locales: readonly string[],
): string | undefined {
  return findLocale(default_locale ?? 'en', locales) ?? (default_locale ? undefined : locales[0])
}
