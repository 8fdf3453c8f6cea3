/**
 * What a template may cost. Measured with the parser: 2,500 tags are read in 0.07 s, while blocks
 * 1,000 deep take 0.2 s and 5,000 deep take 10 s and the stack.
 */
export const limits = {
  /** Bytes of one text: SendGrid's limit for html_content. */
  bytes: 1_048_576,
  /** Tags, and braces that a backslash makes text. */
  tags: 2_500,
  /** Characters of one tag; comments are free. */
  tagLength: 4_096,
  /** Characters of all tags together. */
  tagged: 65_536,
  /** Names, values and signs of all tags together: 6 µs each. */
  words: 10_000,
  /** Blocks, chained `else` and parentheses inside each other; names of a path. */
  depth: 64,
  /** Partials inside each other. */
  partials: 16,
  /** Tags printed and rounds made in one rendering. */
  steps: 100_000,
  /** What a date costs in steps: it is the dearest of all helpers. */
  dateSteps: 10,
  /** Characters of a format of dates. */
  dateFormat: 200,
  /** Characters that one rendering may print. */
  output: 2_097_152,
  /** Faults told of one rendering. */
  faults: 20,
} as const
