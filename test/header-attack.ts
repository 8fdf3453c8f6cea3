import { readFileSync } from 'node:fs'

interface HeaderAttack {
  readonly fields: readonly string[]
  readonly separators: readonly { readonly name: string; readonly value: string }[]
  readonly tails: readonly string[]
}

/** Fields and pieces of values by which one tries to add lines to a header. */
// Not imported: it holds halves of surrogate pairs, which vite cannot turn into a module.
export const headerAttack = JSON.parse(
  readFileSync(new URL('./data/header-injection.json', import.meta.url), 'utf8'),
) as HeaderAttack

/** The values to try in each field. */
export const headerAttacks = headerAttack.separators.flatMap(({ value: separator }) =>
  headerAttack.tails.flatMap((tail) => [
    `ok${separator}${tail}`,
    `${separator}${tail}`,
    `ok ${tail}${separator}`,
    `ok${separator}${separator}${tail}`,
  ]),
)
