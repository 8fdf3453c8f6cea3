import { limits } from '../limits.ts'
import { lineAt, tagsIn, type Tag } from '../scan.ts'
import { TemplateError } from '../template-fault.ts'
import { treeOf, type Written } from '../tree.ts'

/** The html of a template with what stands around and in it. */
export interface Page {
  readonly html: Written
  readonly layout?: Written
  partial(name: string): Written | undefined
}

/** A text at one place of the page: a partial that is named twice is used twice. */
export interface Use {
  readonly written: Written
  /** Of a partial. */
  readonly name?: string
  readonly inner: Inner[]
  readonly edits: Edit[]
}

interface Inner {
  readonly use: Use
  /** Where in the text around it its name stands. */
  readonly from: number
  readonly to: number
}

export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** A tag, or the edge of a text (which has no width), by its place in the page. */
export interface PageTag {
  readonly kind: Tag['kind'] | 'edge'
  readonly at: number
  readonly end: number
}

/** A page as one text, in which every place can be found again. */
export interface Composed {
  readonly text: string
  readonly tags: readonly PageTag[]
  readonly top: Use
  /** Puts a text in after what stands before this place. */
  insert(at: number, text: string): void
  /** What is said of a place. */
  fault(at: number, rule: string): TemplateError
}

/** Most characters and tags of a page: rules are matched with all of it. */
const mostCharacters = 300_000
const mostTags = 2 * limits.tags

interface Piece {
  readonly at: number
  readonly use: Use
  readonly offset: number
}

/**
 * Puts the texts of a page together.
 *
 * @throws TemplateError when one cannot be read, it is too much, or the layout prints its content
 * twice
 */
export function compose(page: Page): Composed {
  const { html, layout = html } = page
  const pieces: Piece[] = []
  const tags: PageTag[] = []
  const no = ({ where }: Written, rule: string) => new TemplateError({ where, line: 1, rule })
  let text = ''
  let hasContent = layout === html

  function mark(kind: PageTag['kind'], width: number) {
    tags.push({ kind, at: text.length, end: text.length + width })
    if (tags.length > mostTags) throw no(html, `there are more than ${mostTags} tags`)
  }

  function copy(use: Use, from: number, to: number) {
    if (from < to) pieces.push({ at: text.length, use, offset: from })
    text += use.written.text.slice(from, to)
    if (text.length > mostCharacters)
      throw no(html, `there are more than ${mostCharacters} characters`)
  }

  function add(use: Use, depth: number) {
    const { written } = use
    // What cannot be read is refused by the words of its writer.
    treeOf(written)
    let from = 0
    for (const tag of tagsIn(written.text)) {
      copy(use, from, tag.at)
      from = tag.end
      const named = depth < limits.partials ? namedIn(written.text, tag) : undefined
      const inner = named && useOf(written, named.name)
      mark(inner ? 'edge' : tag.kind, inner ? 0 : tag.end - tag.at)
      if (inner) {
        use.inner.push({ ...named, use: inner })
        add(inner, depth + 1)
        mark('edge', 0)
      } else copy(use, tag.at, tag.end)
    }
    copy(use, from, written.text.length)
  }

  function useOf(around: Written, name: string): Use | undefined {
    const isContent = name === '@content'
    if (isContent && hasContent) throw no(around, 'it prints its content twice')
    hasContent ||= isContent
    const written = isContent ? html : page.partial(name)
    return written && useOfText(written, isContent ? undefined : name)
  }

  const top = useOfText(layout)
  add(top, 0)
  const pieceAt = (at: number) => pieces[lastBelow(pieces, at)]!
  return {
    text,
    tags,
    top,
    insert(at, added) {
      const { use, offset, at: from } = pieceAt(at)
      const place = offset + at - from
      use.edits.push({ from: place, to: place, text: added })
    },
    fault(at, rule) {
      const { use, offset, at: from } = pieceAt(at + 1)
      const { where, text: own, firstLine = 1 } = use.written
      const line = firstLine + lineAt(own, offset + at - from) - 1
      return new TemplateError({ where, line, rule })
    },
  }
}

function useOfText(written: Written, name?: string): Use {
  return { written, name, inner: [], edits: [] }
}

/** The last piece that begins before a place. */
function lastBelow(pieces: readonly Piece[], at: number): number {
  let [low, high] = [0, pieces.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (pieces[middle]!.at < at) low = middle
    else high = middle - 1
  }
  return low
}

/** What a tag includes, and where its name stands. */
function namedIn(text: string, { at, end, kind }: Tag & { readonly at: number }) {
  if (kind !== 'other') return undefined
  const tag = text.slice(at, end)
  if (tag.replace(/[{}~&\s]/g, '') === '@content') return { name: '@content', from: at, to: end }
  const [, before, bare] =
    /^(\{\{~?>\s*)("[^"\\]*"|'[^'\\]*'|\[[^\]]*\]|[^\s"'~}[(]+)/.exec(tag) ?? []
  if (before === undefined || bare === undefined) return undefined
  const from = at + before.length
  return { name: bare.replace(/^["'[]|["'\]]$/g, ''), from, to: from + bare.length }
}
