/** The http and https links in a text as they are written, each once, in order. */
export function linksIn(text: string): string[] {
  const searched = text.slice(0, longestText)
  const found = [...searched.matchAll(written)].map(({ 0: url, index }) => {
    const [before, after] = [searched[index - 1], searched[index + url.length]]
    return before === '<' && after === '>' ? url : url.slice(0, endOf(url, before))
  })
  return [...new Set(found.filter((url) => linkOf(url) !== undefined))]
}

/** A link as its author wrote it, if it leads to the web; `javascript:` and its like do not. */
export function linkOf(href: string): string | undefined {
  const url = href.trim()
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? url : undefined
}

/** Longest text that is searched, in characters. */
const longestText = 200_000

/**
 * Up to a blank, a quotation mark or punctuation that no keyboard for URLs has; `](` stands between
 * the text and the address of a link in Markdown.
 */
const written =
  /(?<![a-z\d+.-])https?:\/\/(?:(?!\]\()[^\s<>"`\u200b“”„«»‹›「」『』【】（）《》〈〉。、，！？；：…])+/gi

/**
 * Where a link ends that stands in a sentence: before its punctuation, a bracket that was opened
 * outside, and the mark of an emphasis that began right before it.
 */
function endOf(url: string, before = ''): number {
  const surplus = surplusOf(url)
  let end = url.length
  for (; end > 0; end--) {
    const last = url[end - 1]!
    if (".,;:!?'".includes(last)) continue
    if ('*_~'.includes(last) && last === before) continue
    if ((surplus.get(last) ?? 0) <= 0) break
    surplus.set(last, surplus.get(last)! - 1)
  }
  return end
}

const brackets = ['()', '[]', '{}'] as const

/** How many more closing brackets of each kind there are than opening ones. */
function surplusOf(url: string): Map<string, number> {
  return new Map(
    brackets.map(([open, close]) => [close!, url.split(close!).length - url.split(open!).length]),
  )
}
