import { Parser } from 'htmlparser2'
import { spellFault } from './template-fault.ts'
import type { Template } from './template.ts'

/** Something about a template that its readers would notice. */
export interface CheckFinding {
  readonly template: string
  readonly locale: string
  readonly problem: string
}

/** Above this many bytes Gmail cuts an email off. */
const mostHtmlBytes = 102_000

/** Renders a template with its samples in every locale, and looks at what comes of it. */
export function checkTemplate(one: Template): CheckFinding[] {
  const { source } = one
  const { name: template, samples = {} } = source
  return Object.keys(source.locales).flatMap((locale) => {
    const made = one.render({ variables: samples, locale })
    const problems = 'faults' in made ? made.faults.map(spellFault) : problemsIn(made.rendered.html)
    const subject = 'rendered' in made && made.rendered.subject === '' ? ['has no subject'] : []
    return [...subject, ...problems].map((problem) => ({ template, locale, problem }))
  })
}

function problemsIn(html: string | undefined): string[] {
  if (html === undefined) return []
  const size = Buffer.byteLength(html)
  return [
    ...(size > mostHtmlBytes ? [`${size} bytes of html: Gmail cuts off what is above 102 kB`] : []),
    ...problemsInTags(html),
  ]
}

/** What screen readers and mail programs need, and links that lead nowhere from an inbox. */
function problemsInTags(html: string): string[] {
  const problems = new Set<string>()
  const seen = new Set<string>()
  let title = ''
  let inTitle = false
  const parser = new Parser({
    onopentag(name, attributes) {
      seen.add(name)
      inTitle = name === 'title'
      for (const problem of problemsOf(name, attributes)) problems.add(problem)
    },
    ontext: (text) => void (title += inTitle ? text : ''),
    onclosetag: () => void (inTitle = false),
  })
  parser.end(html)
  if (!seen.has('html')) problems.add('has no <html> with lang and dir')
  if (title.trim() === '') problems.add('has no <title>')
  return [...problems]
}

type Attributes = Readonly<Record<string, string>>

function problemsOf(name: string, attributes: Attributes): string[] {
  const lacks = (attribute: string) => attributes[attribute] === undefined
  const wanted = (needed[name] ?? []).filter(lacks)
  const links = [attributes['href'], attributes['src'], attributes['background']]
  return [
    ...wanted.map((attribute) => `<${name}> has no ${attribute}`),
    ...(name === 'table' && attributes['role'] !== 'presentation' && lacks('aria-label')
      ? ['a <table> for layout has no role="presentation"']
      : []),
    ...(unsupported.has(name) ? [`<${name}> does nothing in email`] : []),
    ...links.flatMap((link) =>
      link === undefined || isAbsolute(link) ? [] : [`the link "${link}" is not absolute`],
    ),
  ]
}

const needed: Readonly<Record<string, readonly string[]>> = { html: ['lang', 'dir'], img: ['alt'] }

const unsupported = new Set(['script', 'iframe', 'object', 'embed', 'form'])

function isAbsolute(link: string): boolean {
  return /^([a-z][a-z0-9+.-]*:|#)/i.test(link)
}
