import { contrastOf, readColor, type Color } from './color.ts'
import type { Declaration } from './css-scan.ts'
import { finding, type Finding, type Place } from './finding.ts'
import type { Listener, Tag } from './html-scan.ts'

export interface ContrastCheck extends Listener {
  readonly findings: () => Finding[]
}

/** How text looks where it is known; `unknown`: a style sheet or a picture may decide. */
interface Look {
  readonly name: string
  readonly color: Color | 'unknown'
  readonly background: Color | 'unknown'
  readonly size: number
  readonly bold: boolean
}

/** As every client shows what no one styled. */
const plain: Look = {
  name: '',
  color: [0, 0, 0],
  background: [255, 255, 255],
  size: 16,
  bold: false,
}

/**
 * Whether text stands out from what is behind it, where the html itself says both colors: WCAG 2.2,
 * 1.4.3. What a style sheet may decide is left.
 */
export function checkContrast(placeOf: (at: number) => Place): ContrastCheck {
  const stack: Look[] = [plain]
  const places: Place[] = []
  let [count, worst] = [0, Infinity]
  let hasSheet = false
  return {
    open(tag) {
      if (!empty.has(tag.name) && stack.length < deepest)
        stack.push(lookOf(tag, stack.at(-1)!, hasSheet))
    },
    close(name) {
      if (stack.length > 1 && stack.at(-1)!.name === name) stack.pop()
    },
    style: ({ declarations }) =>
      void (hasSheet ||= declarations.some(({ property }) => decides.test(property))),
    text(text, at) {
      if (text.trim() === '') return
      const ratio = contrastIn(stack.at(-1)!)
      if (ratio === undefined) return
      count += 1
      worst = Math.min(worst, ratio)
      if (places.length < mostPlaces) places.push(placeOf(at))
    },
    findings() {
      if (count === 0) return []
      const text = `Text has a contrast of ${worst.toFixed(1)} to what is behind it, where 4.5 is needed (3 for large text).`
      return [finding({ rule: 'html.contrast', severity: 'warning', text }, places, count)]
    },
  }
}

const deepest = 1_000
const mostPlaces = 50

/** The contrast of such text, where it is too low. */
function contrastIn({ color, background, size, bold }: Look): number | undefined {
  if (color === 'unknown' || background === 'unknown') return undefined
  // Text that is there for the preview of an inbox alone.
  if (size < 3) return undefined
  const ratio = contrastOf(color, background)
  const isLarge = size >= 24 || (bold && size >= 18.66)
  return ratio < (isLarge ? 3 : 4.5) ? ratio : undefined
}

/** Properties by which a style sheet may change how text looks. */
const decides = /color|background|font/

function lookOf({ name, attributes, declarations }: Tag, around: Look, hasSheet: boolean): Look {
  const styled = hasSheet && (attributes['class'] !== undefined || attributes['id'] !== undefined)
  const base: Look = styled ? { ...around, color: 'unknown', background: 'unknown' } : around
  const { bgcolor, color: fontColor } = attributes
  const link = name === 'a' && attributes['href'] !== undefined
  return withStyle(
    {
      name,
      color: fontColor !== undefined ? known(fontColor) : link ? 'unknown' : base.color,
      background: bgcolor === undefined ? base.background : known(bgcolor),
      size: headings[name] ?? base.size,
      bold: base.bold || name in headings || name === 'b' || name === 'strong' || name === 'th',
    },
    declarations,
  )
}

/** By default, in pixels (https://html.spec.whatwg.org/multipage/rendering.html). */
const headings: Readonly<Record<string, number>> = { h1: 32, h2: 24, h3: 18.72 }

function withStyle(look: Look, declarations: readonly Declaration[]): Look {
  let after = look
  for (const { property, value } of declarations) {
    if (property === 'color') after = { ...after, color: known(value) }
    if (property === 'background-color' || property === 'background')
      after = { ...after, background: known(value) }
    if (property === 'background-image' || property === 'opacity' || isHidden(property, value))
      after = { ...after, background: 'unknown' }
    if (property === 'font-size') after = { ...after, size: pixels(value) ?? after.size }
    if (property === 'font-weight') after = { ...after, bold: /^(bold|[6-9]00)/.test(value) }
  }
  return after
}

function isHidden(property: string, value: string): boolean {
  return (property === 'display' || property === 'visibility') && /^(none|hidden)/.test(value)
}

function known(text: string): Color | 'unknown' {
  return readColor(text) ?? 'unknown'
}

function pixels(value: string): number | undefined {
  const [, number, unit] = /^(\d{1,4}(?:\.\d+)?)(px|pt)/.exec(value) ?? []
  if (number === undefined) return undefined
  return unit === 'pt' ? (Number(number) * 4) / 3 : Number(number)
}

const empty: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta source track wbr'.split(' '),
)
