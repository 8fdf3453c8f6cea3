/** For text and quoted attributes, as Handlebars escapes. */
export function escapeHtml(text: string): string {
  return /[&<>"'`=]/.test(text) ? text.replace(/[&<>"'`=]/g, (char) => entities[char]!) : text
}

/** What is given as html keeps its entities; the attribute it stands in it cannot end. */
export function escapeQuotes(text: string): string {
  return text.replace(/[<>"'`]/g, (char) => entities[char]!)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
}

/** Schemes behind which stands a program, or a file of who reads. */
const unsafe = new Set(['javascript', 'vbscript', 'data', 'file', 'blob'])

/**
 * Says the rule that a link breaks. Browsers skip blanks and control characters in a scheme, and
 * read entities in what is printed as html.
 */
export function checkUrl(value: string, isHtml: boolean): string | undefined {
  const bare = value.replace(/[\x00-\x20\x7f-\x9f]/g, '')
  const [beginning = ''] = /^[^/?#:]*/.exec(bare) ?? []
  if (isHtml && beginning.includes('&')) return 'a link must not begin with an entity'
  const isScheme = bare[beginning.length] === ':' && unsafe.has(beginning.toLowerCase())
  if (!isScheme || /^data:image\/(png|jpeg|gif|webp)[;,]/i.test(bare)) return undefined
  return `a link must not begin with "${beginning.toLowerCase()}:"`
}

/** Header values and subjects stand on one line, whatever was given. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n\x00]+/g, ' ')
}
