import { compile, type Library } from './compile.ts'
import { oneLine } from './escape.ts'
import { directionOf, findLocale } from './locale.ts'
import { messageFinder, type MessageFile } from './messages.ts'
import type { Inlined, Left } from './inline/inlined.ts'
import type { Run, Step } from './run.ts'
import { faultIn, TemplateError, type TemplateFault } from './template-fault.ts'
import type { Written } from './tree.ts'
import { readVariables, type Given, type Variable } from './variables.ts'

/** A template in one locale. */
export interface Texts {
  readonly subject: Written
  readonly html?: Written
  readonly text?: Written
  /** The html again, with its styles where mail programs read them. */
  readonly inlined?: Inlined | Left
}

/** A template in all its locales, as it is written. */
export interface TemplateSource {
  /** An alias, or an id. */
  readonly name: string
  readonly version: string
  /** For people; the name unless given. */
  readonly title?: string
  readonly defaultLocale: string
  readonly variables: readonly Variable[]
  /** Values to show it with. */
  readonly samples?: Readonly<Record<string, unknown>>
  /** For emails that do not say it themselves. */
  readonly from?: string
  readonly replyTo?: string | readonly string[]
  readonly locales: Readonly<Record<string, Texts>>
  /** What stands around html and text. */
  readonly layout?: {
    readonly name?: string | undefined
    readonly html?: Written
    readonly text?: Written
  }
  /** False: style sheets stay as they are. */
  readonly inlineCss?: boolean
}

/** What the templates of one place share. */
export interface Shelf {
  readonly partials: Readonly<Record<string, { readonly html?: Written; readonly text?: Written }>>
  readonly messages: readonly MessageFile[]
}

export const emptyShelf: Shelf = { partials: {}, messages: [] }

/** What a template is rendered with. */
export interface Wish {
  readonly variables: Readonly<Record<string, unknown>>
  /** The template's default one when it has none that fits. */
  readonly locale?: string
  /** Whether a variable that is missing is empty, as SendGrid has it; a fault otherwise. */
  readonly lenient?: boolean
}

export interface Rendered {
  readonly locale: string
  readonly subject: string
  readonly html?: string
  readonly text?: string
}

export type Rendering =
  | { readonly rendered: Rendered }
  | { readonly locale: string; readonly faults: readonly TemplateFault[] }

/** A template, whose texts are compiled when they are first rendered. */
export interface Template {
  readonly source: TemplateSource
  readonly shelf: Shelf
  render(wish: Wish): Rendering
  /** What cannot be compiled, in any locale. */
  faults(): TemplateFault[]
}

/** What a writer of these texts should know, and no email fails of. */
export function warningIn({ inlined }: Texts): TemplateFault | undefined {
  if (!inlined || !('left' in inlined)) return undefined
  return { ...inlined.left, rule: `its CSS is not inlined: ${inlined.left.rule}` }
}

export function openTemplate(source: TemplateSource, shelf: Shelf): Template {
  const compiled = new Map<string, Compiled>()
  const localeFor = rememberedLocales(source)
  const inLocale = (locale: string) => {
    const known = compiled.get(locale) ?? compileTexts(source, locale, shelf)
    compiled.set(locale, known)
    return known
  }
  return {
    source,
    shelf,
    faults: () =>
      Object.keys(source.locales).flatMap((locale) => faultIn(() => inLocale(locale)) ?? []),
    render(wish) {
      const locale = localeFor(wish.locale ?? source.defaultLocale)
      try {
        return renderIn({ source, locale, compiled: inLocale(locale) }, wish)
      } catch (error) {
        if (error instanceof TemplateError) return { locale, faults: [error.fault] }
        throw error
      }
    },
  }
}

/** Look-ups that are remembered: callers ask for the same few locales. */
const mostLookedUp = 200

function rememberedLocales({ locales, defaultLocale }: TemplateSource): (wanted: string) => string {
  const there = Object.keys(locales)
  const known = new Map<string, string>()
  return (wanted) => {
    const found = known.get(wanted) ?? findLocale(wanted, there) ?? defaultLocale
    if (known.size === mostLookedUp) known.clear()
    known.set(wanted, found)
    return found
  }
}

interface Compiled {
  readonly direction: 'ltr' | 'rtl'
  readonly subject: Step
  readonly html?: Step
  readonly text?: Step
  readonly layout: { readonly html?: Step; readonly text?: Step }
}

type Kind = 'html' | 'text'

function compileTexts(source: TemplateSource, locale: string, shelf: Shelf): Compiled {
  const texts = source.locales[locale]!
  const { html, layout, partials } = htmlOf(source, texts)
  const forText = libraryFor(source, { locale, shelf }, 'text')
  const partial = partialOf(shelf, 'html')
  const forHtml = { ...forText, partial: (name: string) => partials?.get(name) ?? partial(name) }
  const make = (kind: Kind, written?: Written) =>
    written && compile(written, kind, kind === 'html' ? forHtml : forText)
  return {
    direction: directionOf(locale),
    subject: make('text', texts.subject)!,
    html: make('html', html),
    text: make('text', texts.text),
    layout: {
      html: make('html', layout),
      text: make('text', source.layout?.text),
    },
  }
}

function htmlOf({ layout }: TemplateSource, { html, inlined }: Texts): Partial<Inlined> {
  return inlined && !('left' in inlined) ? inlined : { html, layout: layout?.html }
}

/** What the texts of a template may refer to in a locale. */
export function libraryFor(
  { defaultLocale }: TemplateSource,
  { locale, shelf }: { readonly locale: string; readonly shelf: Shelf },
  kind: Kind,
): Library {
  const message = messageFinder(messagesFor(locale, defaultLocale, shelf))
  return { partial: partialOf(shelf, kind), message }
}

/** Those of the locale before those of the default one. */
function messagesFor(locale: string, otherwise: string, { messages }: Shelf): MessageFile[] {
  const tags = messages.map((file) => file.locale)
  const wanted = [findLocale(locale, tags), findLocale(otherwise, tags)]
  return wanted.flatMap((tag) => messages.find((file) => file.locale === tag) ?? [])
}

/** A partial without a text form of its own is not for texts: it has tags. */
function partialOf({ partials }: Shelf, kind: Kind): Library['partial'] {
  return (name) => (Object.hasOwn(partials, name) ? partials[name]![kind] : undefined)
}

interface InLocale {
  readonly source: TemplateSource
  readonly locale: string
  readonly compiled: Compiled
}

function renderIn(
  { source, locale, compiled }: InLocale,
  { variables, lenient = false }: Wish,
): Rendering {
  const given = readVariables(source.variables, variables)
  const run: Run = {
    root: given.values,
    locale,
    direction: compiled.direction,
    subject: '',
    strict: !lenient,
    optional: given.optional,
    cost: { steps: 0, printed: 0 },
    faults: [],
    link: '',
    out: '',
  }
  const subject = oneLine(printed(run, compiled.subject)!).trim()
  const html = printed({ ...run, subject }, compiled.html, compiled.layout.html)
  const text = printed({ ...run, subject }, compiled.text, compiled.layout.text)
  const faults = lenient ? run.faults : withUnused(run.faults, given.faults, source.name)
  if (faults.length > 0) return { locale, faults }
  const bodies = { ...(html !== undefined && { html }), ...(text !== undefined && { text }) }
  return { rendered: { locale, subject, ...bodies } }
}

function printed(run: Run, step: Step | undefined, layout?: Step): string | undefined {
  if (!step) return undefined
  const inner = { ...run, body: layout && step }
  const outer = layout ?? step
  outer(inner, { value: run.root })
  return inner.out
}

/** Faults found where a variable is used, and those of variables that no text came to use. */
function withUnused(
  found: readonly TemplateFault[],
  given: Given['faults'],
  where: string,
): TemplateFault[] {
  const named = new Set(found.map(({ variable }) => variable?.split('.')[0]))
  const rest = given.filter(({ variable }) => !named.has(variable))
  return [
    ...found,
    ...rest.map(({ variable, rule }) => ({
      where,
      line: 1,
      rule: `the variable "${variable}" ${rule}`,
      variable,
    })),
  ]
}
