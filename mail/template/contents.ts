import { compile } from './compile.ts'
import { messageFinder } from './messages.ts'
import {
  emptyShelf,
  openTemplate,
  type Template,
  type TemplateSource,
  type Texts,
} from './template.ts'
import { TemplateError, type TemplateFault } from './template-fault.ts'
import type { Variable } from './variables.ts'

/** What a template that is kept by the API says, in all its locales. */
export interface Contents {
  readonly defaultLocale: string
  readonly locales: Readonly<Record<string, LocaleTexts>>
  readonly variables: readonly Variable[]
  /** Values to show it with. */
  readonly samples: Readonly<Record<string, unknown>>
  readonly from?: string
  readonly replyTo?: readonly string[]
  /** False: style sheets stay as they are. */
  readonly inlineCss?: boolean
  /** By locale, made when the template is saved. */
  readonly inlined?: Readonly<Record<string, InlinedTexts>>
}

/** An html with its styles inlined; or why it was left as it is. */
interface InlinedTexts {
  readonly html?: string
  readonly left?: TemplateFault
}

export const textKinds = ['subject', 'html', 'text'] as const

export type TextKind = (typeof textKinds)[number]

export type LocaleTexts = Readonly<Partial<Record<TextKind, string>>>

/** What is wrong with one of the texts. */
export interface TextFault {
  readonly locale: string
  readonly kind: TextKind
  readonly line: number
  readonly rule: string
}

/** Most of them that are told at once. */
const mostFaults = 20

/**
 * What cannot be compiled: layouts, partials and messages are of files alone.
 *
 * @param pause called between texts, so that others get the thread
 */
export async function faultsIn(
  { locales }: Contents,
  pause: () => Promise<void>,
): Promise<readonly TextFault[]> {
  const faults: TextFault[] = []
  for (const [locale, texts] of Object.entries(locales))
    for (const kind of textKinds) {
      const fault = faultOf(kind, texts[kind] ?? '')
      if (fault) faults.push({ locale, kind, line: fault.line, rule: fault.rule })
      if (faults.length === mostFaults) return faults
      await pause()
    }
  return faults
}

const nothingShared = { partial: () => undefined, message: messageFinder([]) }

function faultOf(kind: TextKind, text: string) {
  try {
    compile({ where: kind, text }, kind === 'html' ? 'html' : 'text', nothingShared)
    return undefined
  } catch (error) {
    if (error instanceof TemplateError) return error.fault
    throw error
  }
}

/** How a template is known in what is made from it. */
export type Label = Pick<TemplateSource, 'name' | 'version' | 'title'>

export function openContents(contents: Contents, label: Label): Template {
  return openTemplate(sourceOf(contents, label), emptyShelf)
}

function sourceOf({ inlined = {}, ...contents }: Contents, label: Label): TemplateSource {
  const locales = Object.entries(contents.locales).map(([locale, texts]) => [
    locale,
    { ...writtenIn(texts), ...opened(inlined[locale]) },
  ])
  return {
    ...contents,
    ...label,
    locales: Object.fromEntries(locales) as TemplateSource['locales'],
  }
}

function opened({ html, left }: InlinedTexts = {}): Pick<Texts, 'inlined'> {
  if (left) return { inlined: { left } }
  if (html === undefined) return {}
  return { inlined: { html: { where: 'html', text: html }, partials: new Map() } }
}

/**
 * The same contents with the CSS of each html inlined: when they are saved, so that a version says
 * the same for ever.
 */
export async function inlinedContents({ inlined: _, ...contents }: Contents): Promise<Contents> {
  if (!Object.values(contents.locales).some(({ html = '' }) => /<style/i.test(html)))
    return contents
  const { withInlined } = await import('./inline/inlined-source.ts')
  const { locales } = withInlined(sourceOf(contents, { name: '', version: '' }), emptyShelf)
  const inlined = Object.entries(locales).map(([locale, texts]) => [locale, kept(texts)])
  return { ...contents, inlined: Object.fromEntries(inlined) as Contents['inlined'] }
}

function kept({ html, inlined }: Texts): InlinedTexts {
  if (!inlined || 'left' in inlined) return inlined ?? {}
  return inlined.html === html ? {} : { html: inlined.html.text }
}

function writtenIn({ subject = '', html, text }: LocaleTexts): Texts {
  return {
    subject: { where: 'subject', text: subject },
    ...(html !== undefined && { html: { where: 'html', text: html } }),
    ...(text !== undefined && { text: { where: 'text', text } }),
  }
}

/** What a template of a folder says, without what it shares with others. */
export function contentsOf({ defaultLocale, locales, ...source }: TemplateSource): Contents {
  const { variables, samples = {}, from, replyTo, inlineCss } = source
  const texts = Object.entries(locales).map(([locale, { subject, html, text }]) => [
    locale,
    { subject: subject.text, html: html?.text, text: text?.text },
  ])
  return {
    defaultLocale,
    locales: Object.fromEntries(texts) as Contents['locales'],
    variables,
    samples,
    ...(from !== undefined && { from }),
    ...(replyTo !== undefined && { replyTo: [replyTo].flat() }),
    ...(inlineCss === false && { inlineCss }),
  }
}
