/** For text and quoted attributes, as Handlebars escapes. */
export function escapeHtml(text: string): string {
  return /[&<>"'`=]/.test(text) ? text.replace(/[&<>"'`=]/g, (char) => entities[char]!) : text
}

/** What is given as html keeps its entities; the attribute it stands in it cannot end. */
export function escapeQuotes(text: string): string {
  return text.replace(/[<>"'`]/g, (char) => entities[char]!)
}

/** In a value without quotes, which a blank would end. */
export function escapeBlanks(text: string): string {
  return text.replace(/\s/g, (char) => `&#${char.charCodeAt(0)};`)
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

/** Header values and subjects stand on one line, whatever was given. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n\x00]+/g, ' ')
}
