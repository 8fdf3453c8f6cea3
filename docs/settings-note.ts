/** What the page says about one setting beyond what the schema knows. */
export interface Note {
  /** A value as it would be written in the settings; the schema must accept it. */
  readonly example: unknown
  /** Other settings without which the example makes no sense, in the same object. */
  readonly beside?: Readonly<Record<string, unknown>>
  readonly unit?: string
  /** What is allowed, where the schema checks with code. */
  readonly values?: string
  /** When it matters, what it costs, what guards it. */
  readonly more?: string
}
