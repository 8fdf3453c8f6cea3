import { type EmailRequest, excessOf, listFaults } from '../../mail/request/email-request.ts'
import type { Fault } from '../../mail/request/fault.ts'
import type { Tag } from '../../mail/email/email.ts'
import { takeHeaders } from '../../mail/request/asked-headers.ts'
import { mergeHeaders, type HeaderTexts } from '../../mail/email/headers.ts'
import { headerFaults } from '../../mail/request/header-texts.ts'
import { shownAttachments } from '../../mail/request/shown-attachments.ts'
import { localeHeader } from '../templates/find.ts'
import { alternativesOf } from './alternatives.ts'
import { checkSubject } from './fields.ts'
import type { SendBody } from './send-body.ts'
import { substitution, TooLong, type Substitute } from './substitute.ts'
import { ignoredBy } from './switches.ts'

/** An email that is to leave at `dueAt`, milliseconds since the epoch. */
export type DueEmail = EmailRequest & { readonly dueAt: number }

type Read = { readonly email: DueEmail } | { readonly faults: readonly Fault[] }

/**
 * Makes the one email of a personalization: what that says before what is said for all, and its
 * substitutions made in subject, text, html and header values.
 *
 * @returns the email, or what cannot be sent of what came of it
 */
export function personalize(wish: SendBody, index: number): Read {
  const own = wish.personalizations[index]!
  const at = (part: string) => `personalizations.${index}.${part}`
  try {
    const substitute = substitution(own.substitutions ?? {})
    const subject = substitute(own.subject ?? wish.subject ?? '').trim()
    const { texts, alternatives, ...parts } = contentOf(wish, index, substitute)
    const fields = {
      from: own.from ?? wish.from ?? {},
      to: own.to,
      cc: own.cc ?? [],
      bcc: own.bcc ?? [],
      replyTo: wish.reply_to_list ?? (wish.reply_to ? [wish.reply_to] : []),
      subject,
    }
    const { headers, messageId, stream, notes, faults: wrong } = takeHeaders(texts, fields)
    const files = filesOf(wish, parts.html)
    const content = { ...parts, headers, attachments: [...files.attachments, ...alternatives] }
    const faults = [
      ...files.faults,
      ...wrong.map((one) => faultIn('headers', one)),
      ...checkAll(at(own.substitutions ? 'substitutions' : 'headers'), subject, texts),
      ...excessOf(content),
      ...(wish.asm ? listFaults(fields).map(({ rule }) => invalid(at('to'), rule)) : []),
    ]
    const ignoreSuppressions = ignoredBy(wish.mail_settings)
    if (faults.length > 0) return { faults }
    const email = {
      ...fields,
      tags: tagsOf(wish, index),
      content,
      ...(messageId && { messageId }),
      ...(stream && { stream }),
      ...(wish.asm && { list: String(wish.asm.group_id) }),
      ...(ignoreSuppressions.length > 0 && { ignoreSuppressions }),
      ...(notes.length > 0 && { notes }),
      ...(wish.batch_id !== undefined && { group: wish.batch_id }),
      dueAt: (own.send_at ?? wish.send_at ?? 0) * 1_000,
    }
    return { email }
  } catch (error) {
    if (!(error instanceof TooLong)) throw error
    return { faults: [invalid(at('substitutions'), error.message)] }
  }
}

interface FaultInPart {
  readonly path: readonly (string | number)[]
  readonly message: string
}

function faultIn(part: string, { path, message }: FaultInPart): Fault {
  return invalid([part, ...path].join('.'), message)
}

function invalid(field: string, rule: string): Fault {
  return { field, rule, kind: 'invalid' }
}

/** Each was valid by itself; merged, and with its substitutions made, it may not be. */
function checkAll(field: string, subject: string, texts: HeaderTexts): Fault[] {
  const rule = checkSubject(subject)
  return [
    ...(rule ? [`subject: ${rule}`] : []),
    ...headerFaults(texts).map(({ path, message }) => [...path, message].join(': ')),
  ].map((words) => invalid(field, `the resulting email would be wrong: ${words}`))
}

function contentOf(wish: SendBody, index: number, substitute: Substitute) {
  const valueOf = (type: 'text/plain' | 'text/html') =>
    wish.content.find((part) => part.type === type)?.value
  const [text, html] = [valueOf('text/plain'), valueOf('text/html')]
  const headers = headersOf(wish, index)
  return {
    kind: 'structured' as const,
    ...(html !== undefined && { html: substitute(html) }),
    ...(text !== undefined && { text: substitute(text) }),
    texts: Object.fromEntries(headers.map(([name, value]) => [name, substitute(value)])),
    alternatives: alternativesOf(wish, substitute),
  }
}

/** @sendgrid/mail sends the headers of an email as those of its request too: these are for us. */
const ours = new Set(['idempotency-key', localeHeader.toLowerCase()])

function headersOf({ headers = {}, personalizations }: SendBody, index: number) {
  const merged = Object.entries(mergeHeaders(headers, personalizations[index]!.headers ?? {}))
  return merged.filter(([name]) => !ours.has(name.toLowerCase()))
}

/** Files of which the caller says by a disposition, if not by the html, which are shown in place. */
function filesOf({ attachments: sent = [] }: SendBody, html?: string) {
  const files = sent.map(({ inline: _, ...file }) => file)
  const { attachments, faults } = shownAttachments(files, html, (index) => sent[index]!.inline)
  return { attachments, faults: faults.map((one) => faultIn('attachments', one)) }
}

/** Categories are tags of that name; custom arguments are tags by theirs. */
function tagsOf(
  { categories = [], custom_args, personalizations }: SendBody,
  index: number,
): Tag[] {
  const args = { ...custom_args, ...personalizations[index]!.custom_args }
  return [
    ...categories.map((value) => ({ name: 'category', value })),
    ...Object.entries(args).map(([name, value]) => ({ name, value })),
  ]
}
