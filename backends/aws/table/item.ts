export interface Key {
  readonly p: string
  readonly s: string
}

/** Values as DynamoDB knows them: text, numbers, booleans, bytes. */
export type Item = Readonly<Record<string, unknown>>
