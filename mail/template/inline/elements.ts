import { Parser } from 'htmlparser2'
import type { Composed, PageTag } from './page.ts'

/** An element of a page, from its start tag alone. */
export interface Element {
  readonly name: string
  /** Its number; -1 where it has none. */
  readonly parent: number
  readonly attributes: ReadonlyMap<string, Attribute>
  /** Whether tags of the template stand among its attributes, so that none of them is certain. */
  readonly isOpen: boolean
  /** Where it could be given another attribute; undefined where it cannot. */
  readonly afterName?: number
}

export interface Attribute {
  readonly value: string
  /** Where in the page its value begins. */
  readonly at: number
  readonly quote: string
  /** Of a class. */
  readonly words?: ReadonlySet<string>
  /** Whether a tag of the template stands in its value. */
  readonly hasTag: boolean
}

/** The content of a `<style>`. */
export interface Sheet {
  readonly element: Element
  readonly from: number
  to: number
}

export interface Html {
  /** In the order of the page. */
  readonly elements: readonly Element[]
  readonly sheets: readonly Sheet[]
}

/** Most elements, and elements inside each other: htmlparser2 takes time by the square of depth. */
const mostElements = 5_000
const deepest = 300
const piece = 20_000

/** Attributes of one element, after which none of them is certain. */
const mostAttributes = 100

/**
 * Reads the elements of a page. Tags of the template are text here, of the same length.
 *
 * @throws TemplateError when it is too much, or an element begins on one side of an `{{#if}}` or
 * `{{else}}` and ends on the other
 */
export function readElements(page: Composed): Html {
  const { tags } = page
  const text = masked(page, () => 'x')
  const elements: Element[] = []
  const sheets: Sheet[] = []
  const open: number[] = []
  const balance = blockBalance(page)
  let next = 0
  const pass = (to: number, inside: unknown) => {
    for (; next < tags.length && tags[next]!.at <= to; next++) balance(tags[next]!, inside)
  }
  const around = () => open.at(-1) ?? -1
  const parser: Parser = new Parser(
    {
      onopentag(name, _, isImplied) {
        const [from, to] = [parser.startIndex, parser.endIndex]
        const number = elements.length
        const edges = isImplied ? { from: to, to } : { from, to }
        elements.push({ name, parent: around(), ...startTag({ text, tags }, { ...edges, next }) })
        if (elements.length > mostElements)
          throw page.fault(from, `there are more than ${mostElements} elements`)
        pass(to, `start of ${number}`)
        open.push(number)
        if (open.length > deepest) throw page.fault(from, `more than ${deepest} elements deep`)
        if (name === 'style') sheets.push({ element: elements[number]!, from: to + 1, to: to + 1 })
      },
      onclosetag() {
        pass(parser.endIndex, around())
        open.pop()
      },
      ontext(data) {
        pass(parser.endIndex, around())
        const sheet = sheets.at(-1)
        if (elements[around()]?.name === 'style') sheet!.to += data.length
      },
      oncomment: () => pass(parser.endIndex, around()),
      onprocessinginstruction: () => pass(parser.endIndex, around()),
    },
    { decodeEntities: false },
  )
  for (let at = 0; at < text.length; at += piece) parser.write(text.slice(at, at + piece))
  parser.end()
  pass(text.length, around())
  return { elements, sheets }
}

/** The text of a page with something harmless where the template has tags. */
export function masked(
  { text, tags }: Pick<Composed, 'text' | 'tags'>,
  charFor: (kind: PageTag['kind']) => string,
): string {
  let out = ''
  let from = 0
  for (const { kind, at, end } of tags) {
    out += text.slice(from, at) + charFor(kind).repeat(end - at)
    from = end
  }
  return out + text.slice(from)
}

/** Hears the tags in their order, each with what it stands in. */
function blockBalance(page: Composed): (tag: PageTag, inside: unknown) => void {
  const open: unknown[] = []
  return ({ kind, at }, inside) => {
    if (kind === 'open') open.push(inside)
    if (kind !== 'chain' && kind !== 'else' && kind !== 'close') return
    if (open.at(-1) !== inside) throw page.fault(at, 'an element begins or ends in a block only')
    if (kind === 'close') open.pop()
  }
}

interface Source {
  readonly text: string
  readonly tags: readonly PageTag[]
}

const attributePattern = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g

/** What a start tag says. */
function startTag(
  { text, tags }: Source,
  { from, to, next }: { from: number; to: number; next: number },
): Omit<Element, 'name' | 'parent'> {
  const source = text.slice(from, to)
  const nameLength = /^<[^\s/>]*/.exec(source)?.[0].length ?? 0
  const attributes = new Map<string, Attribute>()
  const inValues = new Set<PageTag>()
  const own: PageTag[] = []
  for (; next < tags.length && tags[next]!.at < to; next++)
    if (tags[next]!.end > from) own.push(tags[next]!)
  let count = 0
  for (const match of source.slice(nameLength).matchAll(attributePattern)) {
    if (++count > mostAttributes) return { attributes, isOpen: true }
    const [all, name, double, single, bare] = match
    const value = double ?? single ?? bare ?? ''
    const quote = double !== undefined ? '"' : single !== undefined ? "'" : ''
    const at = from + nameLength + match.index + all.length - value.length - quote.length
    const inside = own.filter((tag) => tag.at >= at && tag.end <= at + value.length)
    for (const tag of inside) inValues.add(tag)
    const key = name!.toLowerCase()
    const words = key === 'class' ? new Set(value.split(/\s+/)) : undefined
    const hasTag = inside.length > 0
    if (!attributes.has(key)) attributes.set(key, { value, at, quote, words, hasTag })
  }
  const isOpen = own.some((tag) => !inValues.has(tag))
  return { attributes, isOpen, ...(nameLength > 1 && { afterName: from + nameLength }) }
}
