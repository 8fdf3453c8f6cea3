/** Red, green, blue: 0 to 255 each. */
export type Color = readonly [number, number, number]

/** A color as CSS or an attribute spells it; undefined for what is not known for sure. */
export function readColor(text: string): Color | undefined {
  if (text.length > longest) return undefined
  const spelled = text
    .trim()
    .toLowerCase()
    .replace(/\s*!important$/, '')
  if (Object.hasOwn(names, spelled)) return readHex(names[spelled]!)
  if (spelled.startsWith('#')) return readHex(spelled.slice(1))
  const [, r, g, b] = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(spelled) ?? []
  return b === undefined ? undefined : [Number(r), Number(g), Number(b)]
}

/** Characters of a color: a longer one is none that is known here. */
const longest = 100

function readHex(digits: string): Color | undefined {
  const six = /^[\da-f]{3}$/.test(digits) ? digits.replace(/./g, '$&$&') : digits
  if (!/^[\da-f]{6}$/.test(six)) return undefined
  const at = (n: number) => Number.parseInt(six.slice(n, n + 2), 16)
  return [at(0), at(2), at(4)]
}

/** The names of CSS 2.1 (https://www.w3.org/TR/CSS21/syndata.html#color-units), and gray in both spellings. */
const names: Readonly<Record<string, string>> = {
  aqua: '0ff',
  black: '000',
  blue: '00f',
  fuchsia: 'f0f',
  gray: '808080',
  grey: '808080',
  green: '008000',
  lime: '0f0',
  maroon: '800000',
  navy: '000080',
  olive: '808000',
  orange: 'ffa500',
  purple: '800080',
  red: 'f00',
  silver: 'c0c0c0',
  teal: '008080',
  white: 'fff',
  yellow: 'ff0',
}

/** The contrast of two colors, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastOf(one: Color, other: Color): number {
  const [a, b] = [luminanceOf(one), luminanceOf(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

/** WCAG 2.2, "relative luminance". */
function luminanceOf([r, g, b]: Color): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

function linear(eight: number): number {
  const part = eight / 255
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}
