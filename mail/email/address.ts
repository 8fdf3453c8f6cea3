import { domainToASCII, domainToUnicode } from 'node:url'
import { checkText } from './headers.ts'
import type { Mailbox } from './mailbox.ts'

export type { Mailbox }

/**
 * Reads exactly one mailbox: `a@b.c`, `<a@b.c>`, `Name <a@b.c>` or `"Quoted, name" <a@b.c>`.
 * What RFC 5322 allows beyond that (comments, groups, lists, folding) is refused, because two
 * parsers that read it differently send to two different people.
 */
export function parseMailbox(
  text: string,
  reach: Reach = 'public',
): { mailbox: Mailbox } | { fault: string } {
  if (text.length > longestMailbox)
    return { fault: `the mailbox is longer than ${longestMailbox} characters` }
  if (controls.test(text)) return { fault: 'the mailbox holds a control character or line break' }
  const trimmed = text.trim()
  const open = trimmed.endsWith('>') ? trimmed.lastIndexOf('<') : -1
  const address = parseAddress(open < 0 ? trimmed : trimmed.slice(open + 1, -1), reach)
  if ('fault' in address) return address
  const name = parseName(trimmed.slice(0, Math.max(open, 0)))
  return 'fault' in name ? name : { mailbox: { ...address, ...name } }
}

/**
 * `local` lets a domain of one label pass, as in `root@web1`: good for captures, never for sending.
 * `bare` reads a name without any domain, as cron and mail(1) write it, as one of this machine.
 */
export type Reach = 'public' | 'local' | 'bare'

/** The domain of an address that is written without one. */
export const bareDomain = 'localhost'

/**
 * Reads a bare `local@domain` (RFC 5321 Mailbox), without blanks around it. Of quoted local parts
 * only those are taken that hold nothing but atoms and dots: old Japanese phones have them.
 */
export function parseAddress(
  text: string,
  reach: Reach = 'public',
): { address: string } | { fault: string } {
  if (text === '') return { fault: 'the address is empty' }
  if (Buffer.byteLength(text) > longestWritten)
    return { fault: `the address is longer than ${longestWritten} octets` }
  const misuse = usual.test(text) ? undefined : misuses.find(([pattern]) => pattern.test(text))
  if (misuse) return { fault: misuse[1] }
  const at = text.lastIndexOf('@')
  if (at < 0 && reach === 'bare') return parseAddress(`${text}@${bareDomain}`, 'local')
  if (at < 0) return { fault: 'the address has no @' }
  if (text.indexOf('@') !== at) return { fault: 'the address has more than one @' }
  const local = withoutNeedlessQuotes(text.slice(0, at))
  const fault = faultOfLocalPart(local)
  const domain = fault ? { fault } : asciiDomain(text.slice(at + 1), reach)
  if ('fault' in domain) return domain
  const address = `${local}@${domain.ascii}`
  return Buffer.byteLength(address) > longestAddress
    ? { fault: `the address is longer than ${longestAddress} octets` }
    : { address }
}

/** Reads what stands before `<`: a quoted string or plain words. Encoded words stay as they are. */
export function parseName(text: string): { name?: string } | { fault: string } {
  if (text.length > longestMailbox) return { fault: nameTooLong }
  const phrase = text.trim()
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(phrase)
  if (!quoted && phrase.startsWith('"'))
    return { fault: 'the quoted display name does not end right before the address' }
  if (!quoted && /["<>\\]/.test(phrase))
    return { fault: 'the display name needs double quotes to hold any of "<>\\' }
  // `Acme, Inc.` is one name; with an address in it, it would be a list or a group.
  if (!quoted && /[(),:;]/.test(phrase) && phrase.includes('@'))
    return { fault: 'the display name needs double quotes to hold an address and any of (),:;' }
  const name = (quoted ? quoted[1]!.replace(/\\(.)/gs, '$1') : phrase).trim()
  const fault = checkName(name)
  if (fault) return { fault }
  return name === '' ? {} : { name }
}

/** Checks a display name that is already plain text. */
export function checkName(name: string): string | undefined {
  if (Buffer.byteLength(name) > longestName) return nameTooLong
  if (controls.test(name)) return 'the display name holds a control character or line break'
  // An override or isolate that is left open reverses the address next to the name too.
  if (/[\u202a-\u202e\u2066-\u2069]/.test(name))
    return 'the display name holds a bidirectional control character'
  return checkText(name)
}

/** `Name <a@b.c>`, quoted where needed: `parseMailbox` reads it back to the same mailbox. */
export function formatMailbox({ address, name }: Mailbox): string {
  if (name === undefined) return address
  // An encoded word means itself only inside quotes (RFC 2047 section 5, rule 3).
  const plain = !/["(),.:;<>@[\\\]]|=\?/.test(name)
  return `${plain ? name : `"${name.replace(/["\\]/g, '\\$&')}"`} <${address}>`
}

/**
 * The one key by which addresses are compared: allow-lists, suppressions, duplicates. The local
 * part is lower-cased: RFC 5321 section 2.4 lets a host tell `Bob` from `bob`, but no receiver of
 * note does, and a suppression that misses `Bob` mails a person who said no. The domain of a parsed
 * address is in lower case already, that of a search need not be. Never send to it.
 */
export function comparisonKey(address: string): string {
  // Lower-casing can leave NFC: U+030C after J composes only once the J is small.
  return address.toLowerCase().normalize('NFC')
}

/** Whether it means something only on the machine it comes from: a domain of one label. */
export function isLocal(address: string): boolean {
  return !domainOf(address).includes('.')
}

/** Whether only a server with SMTPUTF8 (RFC 6531) can take it: the domain is always ASCII. */
export function needsSmtpUtf8(address: string): boolean {
  return !isAscii(address)
}

/** What stands after the @, in ASCII and lower case for a parsed address. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

/**
 * RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.3: a path of 256 octets counts its angle brackets. That
 * leaves a domain 252 octets, one less than DNS does.
 */
const longestLocalPart = 64
const longestAddress = 254

/** An address as written, before UTS 46 makes its domain shorter or longer. */
const longestWritten = 320

/** Octets; quoted and with the longest address it still fits one header line of 998 unfolded. */
const longestName = 256
const nameTooLong = `the display name is longer than ${longestName} octets`

/** Characters: a name with every character escaped, an address, and blanks around them. */
const longestMailbox = 1_024

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text)
}

const controls = /[\p{Cc}\u2028\u2029]/u

/** Nothing but characters of which none is a misuse: nearly all addresses, seen at a glance. */
const usual = /^[\w.+@-]+$/

/** What has no place in an address, each with its own reason; the first that is found counts. */
const misuses: readonly (readonly [RegExp, string])[] = [
  [controls, 'the address holds a control character or line break'],
  [/\p{Cs}/u, 'the address holds half a surrogate pair'],
  [/^(?!"[!#-~]+"@[^"]*$).*"/s, 'quoted local parts may only hold atoms and dots'],
  [/[()]/, 'comments are not accepted in an address'],
  [/[,;]/, 'lists and groups are not accepted: one address is needed'],
  [/[[\]]/, 'address literals are not accepted: a domain name is needed'],
  [/:/, 'groups and source routes are not accepted'],
  [/[<>]/, 'angle brackets belong around one address, at the end'],
  [/\s/, 'the address holds white space'],
]

/** Quotes that change nothing are dropped (RFC 5321 section 4.1.2): one mailbox, one spelling. */
function withoutNeedlessQuotes(local: string): string {
  const bare = unquoted(local)
  return bare.split('.').includes('') ? local : bare
}

function unquoted(local: string): string {
  return /^".*"$/.test(local) ? local.slice(1, -1) : local
}

function faultOfLocalPart(written: string): string | undefined {
  const local = unquoted(written)
  if (local === '') return 'the address has nothing before the @'
  if (Buffer.byteLength(written) > longestLocalPart)
    return `the local part is longer than ${longestLocalPart} octets`
  // sendmail would read it as an option (CVE-2020-7769).
  if (local.startsWith('-')) return 'the local part begins with a hyphen'
  if (local.includes('=?') && local.includes('?='))
    return 'encoded words are not accepted in an address'
  const atoms = local.split('.').filter((atom) => atom !== '' || local === written)
  if (atoms.includes(''))
    return 'the local part begins or ends with a dot or has two in a row: it needs double quotes'
  if (!atoms.every((atom) => atext.test(atom)) || /\p{Default_Ignorable_Code_Point}/u.test(local))
    return 'the local part holds a character that is not allowed'
  if (local.normalize('NFC') !== local) return 'the local part is not in Unicode form NFC'
  if (local !== written && !isAscii(local)) return 'a quoted local part takes ASCII only'
  return hasDisguise(local) ? 'the local part holds an ASCII character in disguise' : undefined
}

/**
 * RFC 5322 atext, and of RFC 6531's UTF-8 what RFC 8264 calls letters and digits, with their marks.
 * A mark needs a letter before it: after `<` it would change the bracket in the eye of the reader.
 */
const atext = /^(?:[!#$%&'*+\-/=?^_`{|}~]|[\p{L}\p{Nd}]\p{M}*)+$/u

/** Full-width `ａ`, mathematical `𝐚`, the ligature `ﬁ`: NFKC turns them into another address. */
function hasDisguise(local: string): boolean {
  if (isAscii(local)) return false
  return [...local].some((char) => char > '\x7f' && /[\0-\x7f]/.test(char.normalize('NFKC')))
}

/**
 * The one UTS 46 mapping: from here on there is no other spelling of the domain. `domainToASCII`
 * is a URL parser that decodes `%41` and cuts at `/`, `?`, `#`, `\\`: it only gets host characters.
 */
function asciiDomain(written: string, reach: Reach): { ascii: string } | { fault: string } {
  if (written === '') return { fault: 'the address has nothing after the @' }
  if (!/^[a-z0-9.\-\u{80}-\u{10ffff}]+$/iu.test(written))
    return { fault: 'the domain holds a character other than letters, digits, hyphens and dots' }
  const ascii = mapped.test(written) ? written : domainToASCII(written)
  const fault = faultOfDomain(ascii, reach)
  return fault ? { fault } : { ascii }
}

/**
 * A domain that the mapping leaves as it is, which then need not be asked: no `xn--`, and the last
 * label begins with a letter, so that it is no IPv4 address in any of its spellings.
 */
const mapped = /^(?!.*xn--)(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*$/

/** What UTS 46 made of it must be a host name of the public DNS (RFC 1035, RFC 1123, RFC 5321). */
function faultOfDomain(domain: string, reach: Reach): string | undefined {
  const labels = domain.split('.')
  if (domain === '') return 'the domain is not a valid domain name'
  if (domain.endsWith('.')) return 'the domain ends with a dot'
  if (labels.length < 2 && reach === 'public') return 'the domain has only one label'
  if (labels.some((label) => label === '' || label.length > 63))
    return 'a label of the domain is empty or longer than 63 octets'
  if (!labels.every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label)))
    return 'a label of the domain holds more than letters, digits and hyphens between them'
  // Also what the URL parser made an IPv4 address of: `1.1`, `0x7f.1`.
  if (/^\d+$/.test(labels.at(-1)!)) return 'the last label of the domain is a number'
  return isPunycodeSound(domain) ? undefined : 'the domain holds invalid punycode'
}

/** Node 24 passes an all-ASCII `xn--` label unchecked: it must decode, and encode to itself again. */
function isPunycodeSound(domain: string): boolean {
  if (!domain.includes('xn--')) return true
  const decoded = domainToUnicode(domain)
  return !/(^|\.)xn--/.test(decoded) && domainToASCII(decoded) === domain
}
