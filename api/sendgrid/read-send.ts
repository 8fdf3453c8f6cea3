import { setImmediate as giveWay } from 'node:timers/promises'
import { contentBytes, type EmailRequest } from '../../mail/request/email-request.ts'
import type { Fault } from '../../mail/request/fault.ts'
import { presentFields } from '../../mail/request/absent.ts'
import { defaultProject } from '../../mail/email/project.ts'
import type { UsedTemplate } from '../../mail/email/email.ts'
import { isPlainObject } from '../../mail/settings/layers.ts'
import type { Origin } from '../templates/origin.ts'
import { faultOf, invalid } from './faults.ts'
import { wordsFrom } from './from-template.ts'
import { personalize, type DueEmail } from './personalize.ts'
import { sendBody, templatedBody, type SendBody, type TemplatedBody } from './send-body.ts'
import { faultsOfTheWhole } from './whole-request.ts'

/** What a caller asks for: one email for each personalization, or only whether they are valid. */
interface SendRequest {
  /** As of a time, in milliseconds since the epoch: what should have left before leaves at once. */
  readonly emails: (now: number) => readonly { readonly request: EmailRequest }[]
  readonly sandbox: boolean
  /** The group that they join. */
  readonly group?: string
  /** The unsubscribe group that they go to. */
  readonly list?: number
}

/** All contents of one request together, in bytes: each personalization has one of its own. */
const mostBytesInAll = 100_000_000

/**
 * Reads the body of `POST /v3/mail/send`. Unknown fields are ignored.
 *
 * @param now milliseconds since the epoch, to judge `send_at`
 * @returns the request, or every fault in it
 */
export async function readSend(
  body: unknown,
  now: number,
  origin: Origin = nowhere,
): Promise<{ request: SendRequest } | { faults: Fault[] }> {
  if (hasMoreValues(body, mostValues)) return { faults: [tooMany] }
  const present = withoutAbsent(body)
  const isTemplated = isPlainObject(present) && present['template_id'] !== undefined
  const parsed = (isTemplated ? templatedBody : sendBody).safeParse(present)
  if (!parsed.success) return { faults: parsed.error.issues.map(faultOf) }
  const wish = parsed.data
  const wordsOf = await wording(wish, origin)
  if ('faults' in wordsOf) return wordsOf
  const ofTheWhole = faultsOfTheWhole(wish, now)
  if (ofTheWhole.length > 0) return { faults: ofTheWhole }
  const faults: Fault[] = []
  const emails: DueEmail[] = []
  let size = 0
  for (const index of wish.personalizations.keys()) {
    const worded = wordsOf.of(index)
    const read = 'faults' in worded ? worded : personalize(worded.wish, index)
    if ('faults' in read) faults.push(...read.faults)
    else {
      const { used } = worded as { used?: UsedTemplate }
      emails.push({ ...read.email, ...(used && { template: used }) })
      size += contentBytes(read.email.content)
    }
    if (size > mostBytesInAll) return { faults: [tooMuch] }
    // A thousand of them with substitutions or a template take a while.
    if (isTemplated || wish.personalizations[index]!.substitutions) await giveWay()
  }
  if (faults.length > 0) return { faults }
  const sandbox = wish.mail_settings?.sandbox_mode?.enable === true
  return {
    request: {
      emails: (now) => emails.map((email) => asOf(email, now)),
      sandbox,
      group: wish.batch_id,
      list: wish.asm?.group_id,
    },
  }
}

const nowhere: Origin = {
  find: async () => ({ rule: 'there are no templates' }),
  project: defaultProject,
}

interface Wording {
  /** The wish with the words for one of its personalizations. */
  of(index: number): ReturnType<typeof wordsFrom> | { readonly wish: SendBody }
}

async function wording(
  wish: SendBody | TemplatedBody,
  { find, project, locale }: Origin,
): Promise<Wording | { faults: Fault[] }> {
  if (!('template_id' in wish)) return { of: () => ({ wish }) }
  const found = await find(wish.template_id, project)
  if ('rule' in found) return { faults: [invalid('template_id', found.rule)] }
  const { template } = found
  return { of: (index) => wordsFrom(template, wish, index, locale) }
}

function asOf({ dueAt, ...request }: DueEmail, now: number) {
  return { request: { ...request, ...(dueAt > now && { scheduledAt: dueAt }) } }
}

const tooMuch: Fault = {
  field: 'personalizations',
  rule: `more than ${mostBytesInAll / 1_000_000} MB in all: send fewer in one request`,
  kind: 'tooLarge',
}

/**
 * `null`, `""` and `[""]` mean absent, in the body and in each of its personalizations; but for a
 * subject, which SendGrid refuses when it is empty.
 */
function withoutAbsent(body: unknown): unknown {
  if (!isPlainObject(body)) return body
  const present = presentFields(body, ['subject'])
  const { personalizations } = present
  if (!Array.isArray(personalizations)) return present
  const each = (one: unknown) => (isPlainObject(one) ? presentFields(one, ['subject']) : one)
  return { ...present, personalizations: personalizations.map(each) }
}

/** Names and values in a body: each may be a fault. 1,000 personalizations come by with 100 each. */
const mostValues = 100_000

const tooMany: Fault = {
  field: 'body',
  rule: `more than ${mostValues} values: send fewer personalizations in one request`,
  kind: 'tooLarge',
}

/** Without recursion: a hostile body can be nested deeper than a stack is. */
function hasMoreValues(body: unknown, most: number): boolean {
  const waiting = [body]
  for (let count = 0; waiting.length > 0;) {
    const value = waiting.pop()
    if (typeof value !== 'object' || value === null) continue
    const inner: unknown[] = Object.values(value)
    count += inner.length
    if (count > most) return true
    for (const one of inner) waiting.push(one)
  }
  return false
}
