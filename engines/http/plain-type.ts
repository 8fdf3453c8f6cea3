import { parseHeaderValue } from 'nodemailer/lib/mime-funcs'
import type { Attachment } from '../../mail/email/email.ts'
import { CannotCarry } from './cannot-carry.ts'

/**
 * The type of a file without parameters. A name is said elsewhere, and UTF-8 is what everybody
 * takes a text for; any other parameter says how the bytes are to be read.
 *
 * @throws CannotCarry for a parameter that would be missed, as an invitation misses its method
 */
export function plainType({ contentType, filename }: Attachment): string {
  const { value, params } = parseHeaderValue(contentType)
  const missed = Object.entries(params).find(([name, text]) => !isNeedless(name, text))
  if (!missed) return value.trim().toLowerCase()
  throw new CannotCarry(`the type of its file "${filename}" has ${missed.join('=')}`)
}

function isNeedless(name: string, value: string): boolean {
  return name === 'name' || (name === 'charset' && /^(utf-?8|us-ascii)$/i.test(value))
}
