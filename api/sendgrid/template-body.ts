import * as z from 'zod'
import { jsonIn } from '../../mail/email/json.ts'
import type { Contents, LocaleTexts } from '../../mail/template/contents.ts'
import type { TextFault } from '../../mail/template/contents-faults.ts'
import type { Fault } from '../../mail/request/fault.ts'
import { isPlainObject } from '../../mail/settings/layers.ts'
import { writtenText } from '../templates/fields.ts'
import { invalid } from './faults.ts'

const name = z.string().trim().min(1, 'must not be empty').max(100, 'at most 100 characters')

/** Legacy templates have a syntax of their own, which nothing here reads. */
const generation = z
  .enum(['dynamic'], 'only dynamic templates are possible')
  .nullish()
  .meta({ description: '`dynamic`, also when it is left out.' })

export const templateBody = z.object({ name, generation })

export const templateChange = z.object({ name })

export const copyWish = z.object({ name: name.nullish() })

const testData = z
  .string()
  .transform((text, context): Record<string, unknown> => {
    const data = text.trim() === '' ? {} : jsonIn(text)
    if (isPlainObject(data)) return data
    context.addIssue('an object in JSON is needed')
    return z.NEVER
  })
  .nullish()
  .meta({ description: 'Values to show it with, as JSON in a text.' })

const flag = z.union([z.literal([0, 1]), z.boolean()]).transform(Boolean)

/** A version that is to be made. */
export const versionBody = z.object({
  name,
  subject: writtenText.max(255, 'at most 255 characters').nullish(),
  html_content: writtenText.nullish(),
  plain_content: writtenText
    .nullish()
    .meta({ description: 'Made from the html when an email is, unless given.' }),
  active: flag.nullish().meta({ description: '1: emails are made from it. The first is active.' }),
  test_data: testData,
})

export const versionChange = versionBody.partial()

type Wish = z.output<typeof versionChange>

/** What a version says with these changes: in one language, as SendGrid has it. */
export function changedContents(wish: Wish, before: Contents = empty): Contents {
  const { defaultLocale, locales } = before
  const own = locales[defaultLocale] ?? {}
  const { subject = own.subject, html_content: html = own.html } = wish
  const { plain_content: text = own.text, test_data: samples } = wish
  return {
    ...before,
    locales: { ...locales, [defaultLocale]: present({ subject, html, text }) },
    samples: samples === undefined ? before.samples : (samples ?? {}),
  }
}

const empty: Contents = { defaultLocale: 'en', locales: {}, variables: [], samples: {} }

function present(texts: Readonly<Record<string, string | null | undefined>>): LocaleTexts {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text))
}

const fields = { subject: 'subject', html: 'html_content', text: 'plain_content' } as const

export function faultIn({ kind, line, rule }: TextFault): Fault {
  return invalid(fields[kind], `line ${line}: ${rule}`)
}
