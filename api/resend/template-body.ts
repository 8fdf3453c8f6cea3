import * as z from 'zod'
import type { Contents, LocaleTexts } from '../../mail/template/contents.ts'
import type { TextFault } from '../../mail/template/contents-faults.ts'
import { variableField } from '../../mail/template/description.ts'
import { mostVariables } from '../../mail/template/variables.ts'
import { isAbsent } from '../../mail/request/absent.ts'
import type { Fault } from '../../mail/request/fault.ts'
import { alias, mailboxText, replyTo, templateName, writtenText } from '../templates/fields.ts'

const variable = variableField
  .unwrap()
  .pick({ key: true, type: true })
  .extend({ fallback_value: z.unknown().optional() })
  .strip()

/** `null` takes away. */
const optional = {
  alias: alias.nullish(),
  subject: writtenText.nullish(),
  text: writtenText.nullish().meta({ description: 'Made from the html unless given.' }),
  from: mailboxText.nullish(),
  reply_to: replyTo.nullish(),
  variables: z.array(variable).max(mostVariables, `at most ${mostVariables}`).nullish(),
}

/** A template that is to be made, as Resend has it: in one language. */
export const templateBody = z.object({ name: templateName, html: writtenText, ...optional })

export const templateChange = z.object({
  name: templateName.nullish(),
  html: writtenText.nullish(),
  ...optional,
})

type Wish = z.output<typeof templateChange>

/** What libraries send for nothing, as `null`. */
export function withNull(body: Record<string, unknown>): Record<string, unknown> {
  const fields = Object.entries(body)
  return Object.fromEntries(fields.map(([name, value]) => [name, isAbsent(value) ? null : value]))
}

/** What a template says with these changes; texts are those of its default locale. */
export function changedContents(wish: Wish, before: Contents = empty): Contents {
  const { defaultLocale, locales } = before
  const { from = before.from, reply_to = before.replyTo, variables } = wish
  const { from: _, replyTo: __, ...rest } = before
  const { subject, html, text } = { ...locales[defaultLocale], ...defined(wish) }
  return {
    ...rest,
    locales: { ...locales, [defaultLocale]: present({ subject, html, text }) },
    variables: variables === undefined ? before.variables : (variables ?? []).map(variableOf),
    ...(from != null && { from }),
    ...(reply_to != null && { replyTo: [reply_to].flat() }),
  }
}

/** Resend knows no languages. */
const empty: Contents = { defaultLocale: 'en', locales: {}, variables: [], samples: {} }

function variableOf({ key, type, fallback_value: fallback }: z.output<typeof variable>) {
  return { key, type, ...(!isAbsent(fallback) && { fallback }) }
}

function defined(wish: Wish): Wish {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined))
}

function present(texts: Readonly<Record<string, string | null | undefined>>): LocaleTexts {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text != null))
}

export function faultIn({ kind, line, rule }: TextFault): Fault {
  return { field: kind, rule: `line ${line}: ${rule}`, kind: 'invalid' }
}
