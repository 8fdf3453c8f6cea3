import * as z from 'zod'
import { domainOf, parseAddress, parseMailbox } from './address.ts'
import { checkUnicode } from './headers.ts'
import { longestLine } from './long-line.ts'
import './zod-words.ts'

/*
 * From the checks of this folder to fields of Zod, for every request and for the settings: a check
 * returns the rule that is broken, a reader what it read or the fault.
 */

export function rule<Value>(check: (value: Value) => string | undefined) {
  return (value: Value, context: z.RefinementCtx) => {
    const fault = check(value)
    if (fault) context.addIssue(fault)
  }
}

export function reader<Read extends object>(read: (text: string) => Read) {
  return (text: string, context: z.RefinementCtx): Exclude<Read, { fault: string }> => {
    const result = read(text)
    if (!isFault(result)) return result as Exclude<Read, { fault: string }>
    context.addIssue(result.fault)
    return z.NEVER
  }
}

function isFault(result: object): result is { fault: string } {
  return 'fault' in result
}

export const addressField = z
  .string()
  .transform(reader((text) => parseAddress(text)))
  .transform(({ address }) => address)

export const mailboxField = z
  .string()
  .transform(reader((text) => parseMailbox(text)))
  .transform(({ mailbox }) => mailbox)

/** A domain in the spelling in which those of addresses are compared with it. */
export function readDomain(text: string): { domain: string } | { fault: string } {
  const read = parseAddress(`x@${text}`)
  return 'fault' in read ? read : { domain: domainOf(read.address) }
}

/** Characters of a subject: as many as a line may have bytes. */
export const longestSubject = longestLine

/** Text of any length and of many lines: of an html or text part. */
export function checkContent(text: string): string | undefined {
  return text.includes('\0') ? 'NUL is not allowed' : checkUnicode(text)
}
