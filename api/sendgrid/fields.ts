import * as z from 'zod'
import { presentFields } from '../../mail/request/absent.ts'
import { base64In, isContentType, readAttachments } from '../../mail/request/attachments.ts'
import { isPlainObject } from '../../mail/settings/layers.ts'
import { checkName, parseAddress, type Mailbox } from '../../mail/email/address.ts'
import type { Attachment } from '../../mail/email/email.ts'
import { checkContent, longestSubject, reader, rule } from '../../mail/email/checks.ts'
import { checkText } from '../../mail/email/headers.ts'
import { required } from '../../mail/email/zod-words.ts'
import { headerTexts } from '../../mail/request/header-texts.ts'

/*
 * The parts of the body of `POST /v3/mail/send`, each with the rules for it alone.
 */

const email = z
  .string()
  .transform(reader((text) => parseAddress(text, 'local')))
  .transform(({ address }) => address)
  .meta({ description: 'An address, without a name.', examples: ['ann@example.com'] })

export const mailbox = z
  .object({ email, name: z.string().trim().superRefine(rule(checkName)).nullish() })
  .transform(({ email, name }): Mailbox => ({ address: email, ...(name && { name }) }))

export const subject = z.string().trim().superRefine(rule(checkSubject))

/** @returns the rule that is broken, or undefined */
export function checkSubject(text: string): string | undefined {
  if (text === '') return 'must not be empty'
  return text.length > longestSubject ? `at most ${longestSubject} characters` : checkText(text)
}

/** Texts by name. Counted first: to look at each name takes a while. */
function texts(mostNames: number) {
  return z.preprocess(
    (value, context) => {
      if (typeof value !== 'object' || value === null) return value
      if (Object.keys(value).length <= mostNames) return value
      context.addIssue(`at most ${mostNames} names`)
      return z.NEVER
    },
    z.record(z.string(), z.string()),
  )
}

/** Those that SendGrid reserves for itself and that have a field of their own, in lower case. */
const reserved = new Set([
  ...['from', 'to', 'cc', 'bcc', 'reply-to', 'subject'],
  ...['content-type', 'content-transfer-encoding'],
])

export const headers = headerTexts.superRefine((texts, context) => {
  for (const name of Object.keys(texts))
    if (reserved.has(name.toLowerCase()))
      context.addIssue({ code: 'custom', path: [name], message: 'SendGrid reserves this header' })
})

/** Those that leave as alternatives, in the order in which mail programs want them. */
const contentTypes = ['text/plain', 'text/x-amp-html', 'text/html', 'text/calendar'] as const

const contentType = z.enum(contentTypes, {
  error: ({ input }) =>
    input === undefined ? required : `one of ${contentTypes.join(', ')} is needed: attach the rest`,
})

/** Without parameters: the charset is ours to choose, and the method is what the calendar says. */
function bareType(type: unknown): unknown {
  return typeof type === 'string' ? type.split(';')[0]!.trim().toLowerCase() : type
}

export const content = z.object({
  type: z.preprocess(bareType, contentType),
  value: z.string().min(1, 'must not be empty').superRefine(rule(checkContent)),
})

/** Most bytes of custom arguments, and of substitutions; SendGrid's limits. */
const mostBytes = 10_000

/** Characters of a name; longer ones make long work of finding them in a text. */
const longestName = 100

const named = texts(mostBytes / 2)
  .superRefine(rule(checkSize))
  .superRefine(rule(checkNames))

export const substitutions = named

export const customArgs = named.refine((values) => Object.keys(values).length > 0, {
  message: 'must not be empty',
})

function checkNames(values: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(values)
  if (names.includes('')) return 'a name must not be empty'
  if (names.some((name) => name.length > longestName))
    return `a name has at most ${longestName} characters`
  return Object.entries(values).flat().map(checkContent).find(Boolean)
}

/** @returns the rule that is broken, or undefined */
export function checkSize(values: Readonly<Record<string, string>>): string | undefined {
  const size = Buffer.byteLength(Object.entries(values).flat().join(''))
  return size > mostBytes ? `at most ${mostBytes} bytes in names and values together` : undefined
}

/** Unix time in seconds. */
export const sendAt = z.int('a whole number is needed: Unix time in seconds')

/** Not sent: whether the caller wants it shown in place. */
type SentAttachment = Attachment & { readonly inline: boolean }

const attachment = z
  .object({
    content: z
      .string()
      .min(1, 'must not be empty')
      .refine((text) => base64In(text) !== undefined, { message: 'base64 is needed' })
      .meta({ format: 'byte' })
      .optional(),
    upload: z
      .string()
      .optional()
      .meta({ description: 'Instead of content: the id of an upload (POST /v1/uploads).' }),
    filename: z.string(),
    type: z
      .string()
      .refine(isContentType, { message: 'a type such as image/png is needed' })
      .optional(),
    disposition: z
      .enum(['inline', 'attachment'], { error: 'inline or attachment is needed' })
      .optional(),
    content_id: z.string().optional(),
    contentId: z
      .string()
      .optional()
      .meta({ description: 'The same: @sendgrid/mail leaves this spelling as it is given.' }),
  })
  .refine(({ content, upload }) => content !== undefined || upload !== undefined, {
    path: ['content'],
    error: required,
  })

export const attachments = z
  .array(z.preprocess((one) => (isPlainObject(one) ? withoutNulls(one) : one), attachment))
  .max(100, 'at most 100')
  .transform((list, context): SentAttachment[] => {
    const wire = list.map(({ type, ...rest }) => ({ ...rest, content_type: type }))
    return readAttachments(wire, context).map((file, i) => ({
      ...file,
      inline: list[i]!.disposition === 'inline',
    }))
  })

function withoutNulls(file: Record<string, unknown>) {
  return presentFields(file, Object.keys(file))
}
