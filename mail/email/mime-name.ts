import { decodeText } from './charset.ts'
import { decodeWords } from './encoded-words.ts'
import { readParameters, valueOf } from './mime-fields.ts'
import type { MimePart } from './mime-part.ts'
import { wordsInUtf8 } from './words-in-utf8.ts'

/** Text of a header, its encoded words read, in whatever charset. */
export async function headerText(value: string): Promise<string> {
  return decodeWords(await wordsInUtf8(value))
}

/** The name of a part as a file, if it has one. */
export async function fileNameOf({ fields, parameters }: MimePart): Promise<string | undefined> {
  const disposition = readParameters(valueOf(fields, 'content-disposition'))
  return (
    (await textOf(disposition.parameters, 'filename')) ||
    (await textOf(parameters, 'name')) ||
    undefined
  )
}

/** A parameter: as RFC 2231 has it, where it is so, or with encoded words, which many write. */
async function textOf(
  parameters: ReadonlyMap<string, string>,
  name: string,
): Promise<string | undefined> {
  const sections = sectionsOf(parameters, name)
  if (sections.length === 0) {
    const plain = parameters.get(name)
    return plain && headerText(plain)
  }
  const [, charset = ''] = sections[0]!.isEncoded
    ? (/^([^']*)'[^']*'/.exec(sections[0]!.text) ?? [])
    : []
  const bytes = sections.map(({ text, isEncoded }, n) =>
    isEncoded ? unescaped(n === 0 ? text.replace(/^[^']*'[^']*'/, '') : text) : Buffer.from(text),
  )
  return decodeText(Buffer.concat(bytes), charset)
}

interface Section {
  readonly text: string
  readonly isEncoded: boolean
}

/** RFC 2231 sections 3 and 4: `name*`, or `name*0`, `name*1*` and so on. */
function sectionsOf(parameters: ReadonlyMap<string, string>, name: string): Section[] {
  const whole = parameters.get(`${name}*`)
  if (whole !== undefined) return [{ text: whole, isEncoded: true }]
  const sections: Section[] = []
  for (let n = 0; ; n++) {
    const encoded = parameters.get(`${name}*${n}*`)
    const text = encoded ?? parameters.get(`${name}*${n}`)
    if (text === undefined) return sections
    sections.push({ text, isEncoded: encoded !== undefined })
  }
}

function unescaped(text: string): Buffer {
  const bytes = Buffer.from(text)
    .toString('latin1')
    .replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
}
