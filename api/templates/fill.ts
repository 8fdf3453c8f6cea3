import type { UsedTemplate } from '../../mail/email/email.ts'
import { mostContentBytes, type EmailRequest } from '../../mail/request/email-request.ts'
import type { Fault } from '../../mail/request/fault.ts'
import type { Asked } from '../../mail/request/refused.ts'
import { templateWish } from '../../mail/request/template-wish.ts'
import { isAbsent } from '../../mail/request/absent.ts'
import { isPlainObject } from '../../mail/settings/layers.ts'
import type { Origin } from './origin.ts'
import { renderFaults } from './render-faults.ts'

/** A body whose template, if it names one, has become its words; or what is wrong with that. */
export type Filled =
  { readonly body: unknown; readonly used?: UsedTemplate } | { readonly faults: readonly Fault[] }

/**
 * Makes the words of an email from the template that its body names, in Resend's spelling. What the
 * body says itself wins: From, Reply-To and the subject.
 */
export async function fillTemplate(
  body: unknown,
  { find, project, locale }: Origin,
): Promise<Filled> {
  if (!isPlainObject(body) || isAbsent(body['template'])) return { body }
  const { template: wanted, ...fields } = body
  const read = templateWish.safeParse(wanted)
  if (!read.success) return { faults: read.error.issues.map(wishFault) }
  const excess = ['html', 'text'].filter((field) => !isAbsent(fields[field]))
  if (excess.length > 0) return { faults: excess.map((field) => fault(field, twice)) }
  const wish = read.data
  const found = await find(wish.id, project)
  if ('rule' in found) return { faults: [fault('template.id', found.rule)] }
  const { template } = found
  const { source } = template
  const { variables } = wish
  const made = template.render({ variables, locale: wish.locale ?? locale })
  if ('faults' in made)
    return { faults: renderFaults(made, { field: 'template', variables: 'template.variables' }) }
  const { locale: inLocale, ...words } = made.rendered
  const own = presentOnly({ from: source.from, reply_to: source.replyTo, ...words })
  const used = { name: source.name, version: source.version, locale: inLocale }
  return { body: { ...own, ...presentOnly(fields) }, used }
}

/** The same for a batch. What templates print for all of them together has to fit into memory. */
export async function fillAll(
  bodies: readonly unknown[],
  origin: Origin,
): Promise<readonly Filled[]> {
  const filled: Filled[] = []
  let size = 0
  for (const body of bodies) {
    const one = size > mostContentBytes ? tooMuch : await fillTemplate(body, origin)
    if ('used' in one) size += wordsIn(one.body)
    filled.push(one)
  }
  return filled
}

const tooMuch: Filled = {
  faults: [{ field: 'template', rule: 'the batch prints too much: send fewer', kind: 'tooLarge' }],
}

function wordsIn(body: unknown): number {
  const { html = '', text = '' } = body as { html?: string; text?: string }
  return html.length + text.length
}

const twice = 'the template has the words: leave this out'

/** What a body that was filled asks for, with the template that it was made from. */
export function readFilled<Rest extends unknown[]>(
  filled: Filled,
  read: (body: unknown, ...rest: Rest) => { request: EmailRequest } | { faults: Fault[] },
  ...rest: Rest
): Asked {
  if ('faults' in filled) return filled
  const asked = read(filled.body, ...rest)
  const { used } = filled
  return used && 'request' in asked ? { request: { ...asked.request, template: used } } : asked
}

function presentOnly(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isAbsent(value)))
}

function wishFault({ path, message }: { path: PropertyKey[]; message: string }): Fault {
  return fault(['template', ...path.map(String)].join('.'), message)
}

function fault(field: string, rule: string): Fault {
  return { field, rule, kind: 'invalid' }
}
