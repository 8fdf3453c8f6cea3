import { checkContent } from '../check/check.ts'
import type { Finding } from '../check/finding.ts'
import { warningIn, type Rendered, type Template } from './template.ts'
import { spellFault } from './template-fault.ts'

/** Something about a template that its readers would notice. */
export interface CheckFinding {
  readonly template: string
  readonly locale: string
  readonly problem: string
  /** Whether it is for its writer to know, and no reason to stop a release. */
  readonly isWarning?: true
}

/** Renders a template with its samples in every locale, and looks at what comes of it. */
export async function checkTemplate(one: Template): Promise<CheckFinding[]> {
  const { name: template, locales, samples = {} } = one.source
  const found = warningsOf(one)
  for (const locale of Object.keys(locales)) {
    const made = one.render({ variables: samples, locale })
    const problems =
      'faults' in made ? made.faults.map(spellFault) : await problemsIn(made.rendered)
    found.push(...problems.map((problem) => ({ template, locale, problem })))
  }
  return found
}

/** Locales may share an html. */
function warningsOf({ source: { name, locales } }: Template): CheckFinding[] {
  const told = Object.values(locales).flatMap((texts) => warningIn(texts) ?? [])
  return [...new Set(told.map(spellFault))].map((problem) => ({
    ...{ template: name, locale: '', isWarning: true },
    problem,
  }))
}

async function problemsIn({ subject, html }: Rendered): Promise<string[]> {
  // A text part is made from the html.
  const { findings } = await checkContent({ html, text: 'made' })
  return [...(subject === '' ? ['has no subject'] : []), ...findings.filter(counts).map(inWords)]
}

/** What some client does not know is worth knowing, and no reason to stop a release. */
function counts({ rule, severity }: Finding): boolean {
  return rule.startsWith('html.') || (severity !== 'note' && !rule.startsWith('support.'))
}

function inWords({ rule, text, line }: Finding): string {
  return `${line === null ? '' : `line ${line} of the html: `}${text} (${rule})`
}
