/**
 * What looks like a one-time code: a group of 4 to 8 digits, or two groups of 3 (`123 456`), that
 * stands alone on its line or near a word such as "code". The likeliest come first.
 */
export function codesIn(text: string): string[] {
  const lines = text.slice(0, longestText).replace(urls, ' ').split('\n')
  const found = lines.flatMap((line, at) =>
    /\d{3}/.test(line) ? codesOnLine(line, lines.slice(Math.max(0, at - 3), at)) : [],
  )
  const ranked = found.sort((a, b) => b.rank - a.rank)
  return [...new Set(ranked.map(({ code }) => code))].slice(0, mostCodes)
}

function codesOnLine(long: string, above: readonly string[]): { code: string; rank: number }[] {
  const line = long.slice(0, longestLine)
  const groups = [...line.matchAll(digits)]
  if (groups.length === 0) return []
  const alone = /^[\d -]+$/.test(line.replace(decoration, ''))
  const announced = codeWord.test(line)
  const before = above.some((other) => codeWord.test(other))
  return groups.flatMap(([written]) => {
    const code = written.replace(/[ -]/g, '')
    const year = /^(19|20)\d\d$/.test(code)
    const rank = (announced ? 4 : 0) + (alone ? 2 : 0) + (before ? 1 : 0) - (year ? 3 : 0)
    // Near a code word but inside another sentence, it is as well a price or an order number.
    return announced || (alone && rank > 0) ? [{ code, rank }] : []
  })
}

/** Longest text that is searched, and longest line, in characters. */
const longestText = 200_000
const longestLine = 2_000

const mostCodes = 20

/** What stands around a code to make it stand out. */
const decoration = /[\t\r*_>|"'`.]+/g

const urls = /\bhttps?:\/\/\S+/gi

/** Not part of a longer number, a price, a date, a time, a phone number or an address. */
const digits =
  /(?<![\d.,:/+#$€£¥@\w]|\d[ -])(?:\d{3}[ -]\d{3}|\d{4,8})(?![\w@%$€£¥]|[.,:/-]\d|[ -]\d)/g

const codeWord =
  /\b(code|codes|otp|pin|tan|passcode|password|one-time|verification|verify|verifying|confirmation|confirm|sicherheitscode|bestätigungscode|código|codice|vérification)\b/i
