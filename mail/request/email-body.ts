import * as z from 'zod'
import { type Mailbox, parseName } from '../email/address.ts'
import { onAmbiguousChoices, type Sender } from '../email/email.ts'
import { listName, suppressionReasons } from '../email/suppression.ts'
import { checkContent, longestSubject, reader, rule } from '../email/checks.ts'
import { checkText } from '../email/headers.ts'
import { readEntry } from '../email/raw-header.ts'
import { streamRule, streams } from '../email/stream.ts'
import { readAttachments } from './attachments.ts'
import { headerTexts } from './header-texts.ts'

/** django-anymail writes names in encoded words, as in a header. */
const mailbox = z
  .string()
  .transform(reader(readMailbox))
  .transform(({ mailbox }) => mailbox)

function readMailbox(text: string): { mailbox?: Mailbox } | { fault: string } {
  return text === '' ? {} : readEntry(text, 'local')
}

/** Resend's limit. */
const mostInField = 50

/** One mailbox or a list, in which an empty text is none; capped before any address is parsed. */
const mailboxes = z
  .unknown()
  .transform((value) => (typeof value === 'string' ? [value] : value))
  .pipe(z.array(z.string()).max(mostInField, `at most ${mostInField} addresses`))
  .pipe(z.array(mailbox))
  .transform((list) => list.filter((one) => one !== undefined))
  .meta({
    description: `\`a@example.com\` or \`Name <a@example.com>\`; one, or up to ${mostInField}.`,
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  })

const tagText = z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, {
  message: '1 to 256 ASCII letters, digits, "_" or "-"',
})

const tag = z.object({ name: tagText, value: tagText })

/** A list of tags; also an object of values by name, or a list of those (Symfony's). */
const tags = z
  .unknown()
  .transform((given) => (Array.isArray(given) ? given.flatMap(tagsIn) : tagsIn(given)))
  .pipe(z.array(tag).max(50))
  .meta({
    description: 'Also as an object: the values by name.',
    anyOf: [
      {
        type: 'array',
        items: {
          type: 'object',
          properties: { name: { type: 'string' }, value: { type: 'string' } },
        },
      },
      { type: 'object', additionalProperties: { type: 'string' } },
    ],
  })

function tagsIn(given: unknown): unknown {
  const isPairs = typeof given === 'object' && given !== null && !Array.isArray(given)
  if (!isPairs || 'name' in given || 'value' in given) return given
  return Object.entries(given).map(([name, value]) => ({ name, value: textOf(value) }))
}

function textOf(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}

/** Read by hand, because it comes in so many forms. */
const attachment = z.unknown().meta({
  type: 'object',
  properties: {
    filename: { type: 'string' },
    content: {
      description: 'Base64, a Node Buffer as JSON, or a list of byte values.',
      anyOf: [
        { type: 'string' },
        { type: 'object' },
        { type: 'array', items: { type: 'integer' } },
      ],
    },
    path: { type: 'string', description: 'Instead of content: an https URL, if that is enabled.' },
    upload: { type: 'string', description: 'Instead of content: the id of an upload.' },
    content_type: { type: 'string', description: 'Derived from the filename unless given.' },
    content_id: { type: 'string', description: 'Makes it inline, for `cid:` in the html.' },
  },
})

const list = z.string().regex(listName, '1 to 64 letters, digits, dots, hyphens or underscores')

/** The body of `POST /emails`. Made once: building it takes ten times as long as using it. */
export const emailBody = z.object(
  {
    from: z
      .string()
      .transform(reader(remembered(readSender)))
      .optional(),
    to: mailboxes.refine((list) => list.length > 0, {
      message: 'at least one recipient is needed',
    }),
    cc: mailboxes.default([]),
    bcc: mailboxes.default([]),
    reply_to: mailboxes.default([]),
    // A trailing blank can be folded into a line of its own, which ends the header for some servers.
    subject: z.string().trim().max(longestSubject).superRefine(rule(checkText)),
    html: z.string().superRefine(rule(checkContent)).optional(),
    text: z.string().superRefine(rule(checkContent)).optional(),
    headers: headerTexts.default({}),
    tags: tags.default([]),
    attachments: z.array(attachment).max(100).transform(readAttachments).default([]),
    scheduled_at: z
      .string()
      .optional()
      .meta({ description: 'At most 30 days ahead.', examples: ['2026-01-31T09:00:00Z'] }),
    onAmbiguous: z.enum(onAmbiguousChoices).optional(),
    unsubscribe: z
      .object({ list: list.meta({ description: 'Its one recipient can unsubscribe from it.' }) })
      .optional(),
    topic_id: list.optional().meta({ description: 'The same, as Resend calls it.' }),
    ignoreSuppressions: z
      .array(z.enum(suppressionReasons))
      .optional()
      .meta({ description: 'Sends it to who is suppressed for these reasons; full access only.' }),
    stream: z.enum(streams, streamRule).optional(),
  },
  'the body must be a JSON object',
)

/** `Name <>` keeps the name and asks for the default address. */
function readSender(text: string): Sender | { fault: string } {
  const [, nameOnly] = /^([^<>]*)<\s*>$/.exec(text) ?? []
  if (nameOnly !== undefined) return parseName(nameOnly)
  const parsed = readEntry(text, 'local')
  return 'mailbox' in parsed ? parsed.mailbox : parsed
}

/** So many senders are remembered, and none that is longer than this. */
const mostKnown = 100
const longestKnown = 500

/** An application sends from the same few mailboxes: reading one is a quarter of reading an email. */
function remembered<Read extends object>(read: (text: string) => Read): (text: string) => Read {
  const known = new Map<string, Read>()
  return (text) => {
    const before = known.get(text)
    if (before) return before
    const result = Object.freeze(read(text))
    if (known.size === mostKnown) known.clear()
    if (text.length <= longestKnown) known.set(text, result)
    return result
  }
}
