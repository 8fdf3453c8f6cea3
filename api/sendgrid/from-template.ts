import type { UsedTemplate } from '../../mail/email/email.ts'
import type { Fault } from '../../mail/request/fault.ts'
import type { Template } from '../../mail/template/template.ts'
import { invalid } from './faults.ts'
import { renderFaults } from '../templates/render-faults.ts'
import type { SendBody, TemplatedBody } from './send-body.ts'

/** What a template makes of a personalization: a wish with words of its own. */
type Worded =
  { readonly wish: SendBody; readonly used: UsedTemplate } | { readonly faults: readonly Fault[] }

/**
 * Puts the words of a template into a request, for one of its personalizations. As with SendGrid a
 * variable that is missing is empty, the template's subject and texts win over those of the request,
 * and what else is in its content stays.
 */
export function wordsFrom(
  template: Template,
  asked: TemplatedBody,
  index: number,
  locale?: string,
): Worded {
  const own = asked.personalizations[index]!
  const variables = own.dynamic_template_data ?? {}
  const made = template.render({ variables, locale, lenient: true })
  if ('faults' in made) {
    const data = `personalizations.${index}.dynamic_template_data`
    return { faults: renderFaults(made, { field: 'template_id', variables: data }) }
  }
  const { subject, html, text, locale: inLocale } = made.rendered
  const { name, version } = template.source
  const { template_id: _, ...wish } = asked
  const personalizations = wish.personalizations.with(index, {
    ...own,
    ...(subject && { subject }),
  })
  const content = [
    ...(text ? [{ type: 'text/plain' as const, value: text }] : []),
    ...(html ? [{ type: 'text/html' as const, value: html }] : []),
    ...asked.content.filter(({ type }) => type !== 'text/plain' && type !== 'text/html'),
  ]
  if (content.length === 0) return { faults: [invalid('template_id', 'the template has no text')] }
  return { wish: { ...wish, personalizations, content }, used: { name, version, locale: inLocale } }
}
