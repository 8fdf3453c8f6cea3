import { domainToUnicode } from 'node:url'
import { comparisonKey, domainOf, parseAddress } from '../email/address.ts'

/** Finds one address in fields and in running text, however it is spelled there. */
export interface AddressFinder {
  /** What it is compared by. */
  readonly key: string
  /** Whether this address is the one. */
  readonly is: (address: string | undefined) => boolean
  /** Whether a text names it: also in JSON, in HTML and in a URL. */
  readonly isIn: (text: string) => boolean
  /** The text with something else in each place where it stands. */
  readonly without: (text: string, instead: string) => string
  /** Whether a text names the domain at all: nearly none does, which is quick to see. */
  readonly mayBeIn: (text: string) => boolean
}

/** @param address one that was read (`parseAddress`) */
export function addressFinder(address: string): AddressFinder {
  const key = comparisonKey(address)
  const ascii = domainOf(key)
  const domains = [...new Set([ascii, comparisonKey(domainToUnicode(ascii))])]
  const pattern = patternOf(key.slice(0, key.lastIndexOf('@')), domains)
  const is = (other: string | undefined) =>
    other !== undefined && (comparisonKey(other) === key || spelledAs(other) === key)
  return {
    key,
    is,
    mayBeIn(text) {
      const folded = comparisonKey(text)
      return domains.some((domain) => folded.includes(domain))
    },
    isIn: (text) => (isAddress(text) ? is(text) : pattern.test(composed(text))),
    without(text, instead) {
      if (isAddress(text)) return is(text) ? instead : text
      return composed(text).replace(new RegExp(pattern, 'giu'), () => instead)
    },
  }
}

/** A field that holds an address and nothing else is that address: `o'bob@x.org` names no `bob@x.org`. */
function isAddress(text: string): boolean {
  return text.length < 321 && !/\s/.test(text) && 'address' in parseAddress(text, 'local')
}

/** With its domain in the one spelling that is kept. */
function spelledAs(written: string): string | undefined {
  const read = parseAddress(written.trim(), 'local')
  return 'address' in read ? comparisonKey(read.address) : undefined
}

function composed(text: string): string {
  return /[^\0-\x7f]/.test(text) ? text.normalize('NFC') : text
}

/**
 * A letter, a digit or one of `._+-` before it makes it another address, unless that belongs to an
 * escape in front (`%3D`, `\n`); so does a longer domain behind it.
 */
function patternOf(local: string, domains: readonly string[]): RegExp {
  const before = String.raw`(?<=^|[^\p{L}\p{M}\p{N}._+\-]|%[0-9a-f]{2}|\\[bfnrt]|\\u[0-9a-f]{4})`
  const after = String.raw`(?![\p{L}\p{N}\-]|\.[\p{L}\p{N}])`
  const quote = String.raw`(?:\\?"|%22|&quot;|&#34;)`
  const at = '(?:@|%40|&#0*64;|&#x0*40;|&commat;)'
  const bare = spellings(local.replace(/^"(.*)"$/, '$1'))
  const name = `(?:${quote}${bare}${quote}|${bare})`
  const hosts = domains.map(spellings).join('|')
  return new RegExp(`${before}${name}${at}(?:${hosts})${after}`, 'iu')
}

/** Each character as it is, or as it stands in a URL. */
function spellings(text: string): string {
  return [...text].map((char) => (/[a-z0-9]/.test(char) ? char : either(char))).join('')
}

function either(char: string): string {
  const inUrl = [...Buffer.from(char)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
  return `(?:${char.replace(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`)}|${inUrl.join('')})`
}
