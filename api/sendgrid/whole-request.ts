import type { Fault } from '../../mail/request/fault.ts'
import { invalid } from './faults.ts'
import { required } from '../../mail/email/zod-words.ts'
import { checkSize } from './fields.ts'
import { mostRecipientsInAll, type SendBody } from './send-body.ts'
import { bypasses } from './switches.ts'
import { hourMs } from '../../mail/email/time.ts'

/** What is wrong though every field is right by itself. */
export function faultsOfTheWhole(wish: SendBody, now: number): Fault[] {
  return [
    ...recipientFaults(wish),
    ...subjectFaults(wish),
    ...contentFaults(wish),
    ...argumentFaults(wish),
    ...timeFaults(wish, now),
    ...exclusionFaults(wish),
  ]
}

function recipientFaults({ personalizations }: SendBody): Fault[] {
  const count = personalizations.reduce(
    (sum, { to, cc = [], bcc = [] }) => sum + to.length + cc.length + bcc.length,
    0,
  )
  if (count <= mostRecipientsInAll) return []
  return [
    invalid(
      'personalizations',
      `at most ${mostRecipientsInAll} recipients in all; there are ${count}`,
    ),
  ]
}

/** A template brings a subject of its own. */
function subjectFaults(wish: SendBody): Fault[] {
  const { subject, personalizations } = wish
  if ('template_id' in wish) return []
  if (subject !== undefined || personalizations.every((one) => one.subject !== undefined)) return []
  return [{ field: 'subject', rule: required, kind: 'missing' }]
}

function contentFaults({ content }: SendBody): Fault[] {
  const types = content.map(({ type }) => type)
  if (new Set(types).size < types.length) return [invalid('content', 'each type only once')]
  if (types.indexOf('text/plain') > 0)
    return [invalid('content', 'text/plain comes first, then text/html')]
  return []
}

/** Those of a personalization count together with those for all. */
function argumentFaults({ custom_args, personalizations }: SendBody): Fault[] {
  return personalizations.flatMap((one, index) => {
    const fault = one.custom_args && checkSize({ ...custom_args, ...one.custom_args })
    return fault
      ? [invalid(`personalizations.${index}.custom_args`, `${fault}, with those for all`)]
      : []
  })
}

/** How far ahead, in hours, SendGrid schedules an email. */
const furthestHours = 72

function timeFaults({ send_at, personalizations }: SendBody, now: number): Fault[] {
  const times = [
    ['send_at', send_at] as const,
    ...personalizations.map((one, i) => [`personalizations.${i}.send_at`, one.send_at] as const),
  ]
  return times.flatMap(([field, seconds]) =>
    seconds !== undefined && seconds * 1_000 > now + furthestHours * hourMs
      ? [invalid(field, `at most ${furthestHours} hours ahead`)]
      : [],
  )
}

function exclusionFaults({ reply_to, reply_to_list, mail_settings = {} }: SendBody): Fault[] {
  const faults: Fault[] = []
  if (reply_to && reply_to_list)
    faults.push(invalid('reply_to', 'only one of reply_to and reply_to_list is possible'))
  const others = bypasses.filter((name) => mail_settings[name]?.enable)
  if (mail_settings.bypass_list_management?.enable && others.length > 0)
    faults.push(
      invalid(
        'mail_settings.bypass_list_management',
        `cannot be combined with ${others.join(' and ')}`,
      ),
    )
  return faults
}
