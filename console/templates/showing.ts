/** What of a template is looked at. */
export interface Showing {
  readonly locale: string
  /** The draft where it is empty. */
  readonly version: string
  /** JSON as it was typed; the samples have what is not in it. */
  readonly variables: string
}

/** The values that were typed. @throws Error in words for people */
export function variablesIn({ variables }: Showing): Readonly<Record<string, unknown>> {
  if (variables.trim() === '') return {}
  const read: unknown = JSON.parse(variables)
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new Error('A JSON object is needed, such as {"name": "Ann"}.')
  return read as Record<string, unknown>
}
