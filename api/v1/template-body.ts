import * as z from 'zod'
import type { Contents, LocaleTexts } from '../../mail/template/contents.ts'
import type { TextFault } from '../../mail/template/contents-faults.ts'
import { defaultLocaleOf, localeField, variableField } from '../../mail/template/description.ts'
import { mostVariables } from '../../mail/template/variables.ts'
import { alias, mailboxText, replyTo, templateName, writtenText } from '../templates/fields.ts'
import { invalid } from '../http/errors.ts'

const texts = z
  .object({
    subject: writtenText.nullish(),
    html: writtenText.nullish(),
    text: writtenText.nullish().meta({ description: 'Made from the html unless given.' }),
  })
  .refine(({ html, text }) => html != null || text != null, 'html or text is needed')

const shared = z.object({
  html: writtenText.nullish(),
  text: writtenText.nullish().meta({ description: 'For text parts.' }),
})

/** Of a layout or a partial: as files they are named like this. */
const sharedName = z
  .string()
  .regex(/^[^./\\\x00-\x1f][^/\\\x00-\x1f]{0,99}$/, 'must be a name of a file')

/** A sentence, or its forms for the plurals of a language. */
const message = z.union([z.string(), z.record(z.string(), z.string())])

const mostShared = 100
const few = (all: object) => Object.keys(all).length <= mostShared

const contents = {
  default_locale: localeField.nullish().meta({
    description: 'For who wants a locale that is not there; `en`, or the first, unless given.',
  }),
  from: mailboxText.nullish().meta({ description: 'For emails that name no sender.' }),
  reply_to: replyTo.nullish(),
  layout: shared
    .extend({ name: sharedName.nullish() })
    .nullish()
    .meta({ description: 'What stands around html and text, with `{{{@content}}}` in it.' }),
  partials: z
    .record(sharedName, shared)
    .refine(few, `at most ${mostShared}`)
    .nullish()
    .meta({ description: 'Texts for `{{> name}}`.' }),
  messages: z
    .record(localeField, z.record(z.string(), message))
    .refine(few, `at most ${mostShared}`)
    .nullish()
    .meta({ description: 'Sentences for `{{t "key"}}` by language tag.' }),
  inline_css: z.boolean().nullish().meta({ description: 'False: style sheets stay as they are.' }),
  variables: z.array(variableField).max(mostVariables, `at most ${mostVariables}`).nullish(),
  samples: z
    .record(z.string(), z.unknown())
    .nullish()
    .meta({ description: 'Values to show it with.' }),
  locales: z
    .record(localeField, texts)
    .refine((all) => Object.keys(all).length > 0, 'at least one is needed')
    .refine((all) => Object.keys(all).length <= 100, 'at most 100')
    .meta({ description: 'Its texts by language tag.' }),
}

/** A template that is to be made. */
export const templateBody = z.object({
  name: templateName.optional().meta({ description: 'For people; the alias unless given.' }),
  alias: alias.nullish(),
  ...contents,
})

/** What is to be changed of its draft: what is not named stays, and locales come all together. */
export const templateChange = z
  .object({
    name: templateName,
    alias: alias.nullable(),
    ...contents,
  })
  .partial()
  .extend({
    revision: z.int().meta({ description: 'The one that was changed: another is refused.' }),
  })

const showing = {
  variables: z
    .record(z.string(), z.unknown())
    .nullish()
    .meta({ description: 'Before those of the samples.' }),
  locale: z.string().max(64).nullish(),
}

/** As answers have it; a number is taken too. */
export const versionName = z.union([z.string(), z.int()]).transform(String)

export const previewWish = z.object({
  ...showing,
  version: versionName.nullish().meta({ description: 'The draft unless given.' }),
})

/** Texts that are to be tried without being kept. */
export const validateWish = z.object({
  template: z.object(contents),
  ...showing,
})

type Wish = z.output<typeof validateWish>['template']

/** @throws Refusal 422 that names the field */
export function contentsFrom(wish: Wish): Contents {
  const all = Object.keys(wish.locales)
  const defaultLocale = defaultLocaleOf({ default_locale: wish.default_locale ?? undefined }, all)
  if (defaultLocale === undefined)
    throw invalid([{ path: 'default_locale', rule: 'there are no texts in it' }])
  const { from, reply_to: replyTo, inline_css: inlineCss, variables, samples } = wish
  return {
    defaultLocale,
    locales: Object.fromEntries(all.map((tag) => [tag, present(wish.locales[tag]!)])),
    variables: variables ?? [],
    samples: samples ?? {},
    ...(from != null && { from }),
    ...(replyTo != null && { replyTo: [replyTo].flat() }),
    ...(inlineCss === false && { inlineCss }),
    ...sharedIn(wish),
  }
}

/** What is empty is as good as absent: two bodies that say the same are kept as the same. */
function sharedIn({ layout, partials, messages }: Wish) {
  const pairs = Object.entries(partials ?? {}).map(([name, pair]) => [name, present(pair)])
  const isFilled = messages != null && Object.keys(messages).length > 0
  return {
    ...(layout && { layout: present(layout) }),
    ...(pairs.length > 0 && { partials: Object.fromEntries(pairs) as Contents['partials'] }),
    ...(isFilled && { messages }),
  }
}

/** What a template says, in the spelling of a wish. */
export function wishOf(contents: Contents): Wish {
  const { defaultLocale, locales, variables, samples, from, replyTo, inlineCss } = contents
  const { layout, partials, messages } = contents
  return {
    default_locale: defaultLocale,
    from: from ?? null,
    reply_to: replyTo ? [...replyTo] : null,
    inline_css: inlineCss ?? true,
    layout: layout ?? null,
    partials: { ...partials },
    messages: { ...messages },
    variables: [...variables],
    samples: { ...samples },
    locales: { ...locales },
  }
}

function present(texts: Readonly<Record<string, string | null | undefined>>): LocaleTexts {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text != null))
}

/** Where a text stands, as paths in a body name it. */
export function faultIn({ locale, kind, shared, line, rule }: TextFault) {
  return { path: shared ?? `locales.${locale}.${kind}`, rule: `line ${line}: ${rule}` }
}
