/**
 * Habits of writing that readers stumble over, with what to write instead. Looked for in every
 * line of code and prose; the patterns pass over names such as `const nobody =` and over addresses.
 */
const habits: readonly { readonly instead: string; readonly pattern: RegExp }[] = [
  {
    instead: 'no one, or say what does not happen',
    pattern:
      /\bnobody['’]?s? (?=[a-z])|(?<=\b(?:and|but|by|for|lets?|of|or|that|though|to|when|where) )nobody\b/i,
  },
  { instead: 'the caller, the user, a program that …', pattern: /\bwhoever\b/i },
  { instead: 'someone, or say who', pattern: /\bsomebody\b/i },
  { instead: 'next to, with, in addition to', pattern: /\bbeside (?=[a-z])/i },
  { instead: 'being sent, taken, open', pattern: /\bin hand\b/i },
  { instead: 'again', pattern: /\banew\b(?![(,:])/i },
  { instead: 'no longer', pattern: /\bno more(?=[.;:!?'"`)])/i },
  { instead: 'derived from', pattern: /\btold from\b/i },
  { instead: 'nth', pattern: /\bso-?manieth\b/i },
  { instead: 'expensive', pattern: /\bdear one\b/i },
  { instead: 'as usual', pattern: /\bas ever\b/i },
  { instead: 'will, should, is to', pattern: /\bshall\b/i },
]

/** Where a text has such a habit: `path:line: "word", instead: …`. */
export function habitsIn(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) =>
    habits.flatMap(({ instead, pattern }) => {
      const [found] = pattern.exec(line) ?? []
      return found === undefined ? [] : [`${path}:${index + 1}: "${found}", instead: ${instead}`]
    }),
  )
}
