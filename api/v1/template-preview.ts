import { warningIn, type Template } from '../../mail/template/template.ts'
import type { TemplateFault } from '../../mail/template/template-fault.ts'
import type { TemplatePreview } from '../openapi/answers.ts'

interface Showing {
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  readonly locale?: string | null | undefined
}

/** What an email would say, or why there would be none. What is not given, the samples have. */
export async function previewOf(
  template: Template,
  { variables, locale }: Showing,
): Promise<TemplatePreview> {
  const { samples, defaultLocale } = template.source
  const given = { ...samples, ...variables }
  const made = template.render({ variables: given, locale: locale || defaultLocale })
  if ('faults' in made) {
    const faults = made.faults.map((fault) => faultView(made.locale, fault))
    return { ...nothingShown, locale: made.locale, faults }
  }
  const { rendered } = made
  const text = rendered.text ?? (await textOf(rendered.html))
  const warning = warningIn(template.source.locales[rendered.locale]!)
  const warnings = warning ? [faultView(rendered.locale, warning)] : []
  return { ...nothingShown, ...rendered, text: text ?? null, faults: [], warnings }
}

export const nothingShown = { subject: null, html: null, text: null, warnings: [] }

async function textOf(html: string | undefined): Promise<string | undefined> {
  if (html === undefined) return undefined
  const { textFromHtml } = await import('../../mail/compose/text-from-html.ts')
  return textFromHtml(html)
}

/** Texts that are no files are named as bodies name them. */
function faultView(locale: string, { where, line, rule, variable }: TemplateFault) {
  const text = /^\w+$/.test(where) ? `locales.${locale}.${where}` : where
  return { path: variable === undefined ? text : `variables.${variable}`, line, rule }
}
