import { drawn } from '../soak/random.ts'

/** An input, always the same for the same seed and number. */
export function inputOf(pieces: readonly string[], seed: number, n: number): string {
  const draw = (what: string) => drawn(seed, n, what)
  const length = Math.ceil(2 ** (draw('length') * Math.log2(longest)))
  const shape = shapes[Math.floor(draw('shape') * shapes.length)]!
  return shape((what) => pick(pieces, draw(what)), length).slice(0, length)
}

/** Characters: a megabyte, which every parser has to read in a quarter of a second. */
export const longest = 1_000_000

type Pick = (what: string) => string
type Shape = (pick: Pick, length: number) => string

/** What makes parsers slow: one thing again and again, with something before, between or behind it. */
const shapes: readonly Shape[] = [
  (pick, length) => filled(pick('a'), length),
  (pick, length) => filled(pick('a') + pick('b'), length),
  (pick, length) => filled(pick('a') + pick('b') + pick('c'), length),
  (pick, length) => pick('start') + filled(pick('a'), length),
  (pick, length) => pick('start') + filled(pick('a') + pick('b'), length - 40) + pick('end'),
  (pick, length) => filled(pick('a'), length / 2) + filled(pick('b'), length / 2),
  (pick, length) => pick('start') + numbered(pick('a'), pick('b'), length),
  (pick, length) => mixed(pick, length),
]

function filled(piece: string, length: number): string {
  return piece.repeat(Math.max(1, Math.ceil(length / piece.length)))
}

/** No two the same: what is kept by name grows. */
function numbered(before: string, behind: string, length: number): string {
  const count = Math.ceil(length / (before.length + behind.length + 4))
  return Array.from({ length: count }, (_, n) => `${before}${n.toString(36)}${behind}`).join('')
}

function mixed(pick: Pick, length: number): string {
  const some = Array.from({ length: 500 }, (_, n) => pick(`mixed ${n}`)).join('')
  return filled(some, length)
}

function pick(pieces: readonly string[], at: number): string {
  return pieces[Math.floor(at * pieces.length)]!
}
