import { onTestFinished } from 'vitest'

/** What the code could be tempted by, and Node 20, the oldest of `engines`, does not have. */
const lacking: readonly (readonly [object, readonly string[]])[] = [
  [Array, ['fromAsync']],
  [Promise, ['withResolvers', 'try']],
  [Object, ['groupBy']],
  [Map, ['groupBy']],
  [RegExp, ['escape']],
  [Set.prototype, ['union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf']],
]

/** Takes away from this process, until the test ends, what Node 20 lacks. */
export function asOnNode20(): void {
  for (const [owner, names] of lacking)
    for (const name of names) {
      const known = Object.getOwnPropertyDescriptor(owner, name)
      if (!known) continue
      Reflect.deleteProperty(owner, name)
      onTestFinished(() => void Object.defineProperty(owner, name, known))
    }
}
