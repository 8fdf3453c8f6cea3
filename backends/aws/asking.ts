/** Questions to AWS of which some may not be asked. */
export interface Asking {
  /** Null where there is no answer; the action of IAM is noted. */
  readonly told: <Value>(action: string, answer: Promise<Value>) => Promise<Value | null>
  readonly refused: () => string[]
}

export function asking(): Asking {
  const refused = new Set<string>()
  return {
    told: (action, answer) =>
      answer.catch(() => {
        refused.add(action)
        return null
      }),
    refused: () => [...refused].sort(),
  }
}
