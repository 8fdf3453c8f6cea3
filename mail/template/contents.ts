import { compile } from './compile.ts'
import { messageFinder } from './messages.ts'
import { openTemplate, emptyShelf, type Template, type TemplateSource } from './template.ts'
import { TemplateError } from './template-fault.ts'
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
  const locales = Object.entries(contents.locales).map(([locale, texts]) => [
    locale,
    writtenIn(texts),
  ])
  return openTemplate(
    { ...contents, ...label, locales: Object.fromEntries(locales) as TemplateSource['locales'] },
    emptyShelf,
  )
}

function writtenIn({ subject = '', html, text }: LocaleTexts) {
  return {
    subject: { where: 'subject', text: subject },
    ...(html !== undefined && { html: { where: 'html', text: html } }),
    ...(text !== undefined && { text: { where: 'text', text } }),
  }
}

/** What a template of a folder says, without what it shares with others. */
export function contentsOf({ defaultLocale, locales, ...source }: TemplateSource): Contents {
  const { variables, samples = {}, from, replyTo } = source
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
  }
}
