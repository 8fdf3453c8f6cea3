import { readFileSync } from 'node:fs'

interface Smuggling {
  readonly sequences: readonly { readonly name: string; readonly value: string }[]
  readonly suffix: string
}

/** Ends of lines by which one tries to end an email early, and the second email behind them. */
const { sequences, suffix } = JSON.parse(
  readFileSync(new URL('./data/smtp-smuggling.json', import.meta.url), 'utf8'),
) as Smuggling

/** What each of them hides, and a text that tries it. */
export const smuggling = sequences.map(({ name, value }) => ({
  name,
  value,
  suffix,
  text: `before${value}${suffix}`,
}))
