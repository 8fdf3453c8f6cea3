/** What is wrong with a request: the field as the caller named it, and the rule it breaks. */
export interface Fault {
  readonly field: string
  readonly rule: string
  readonly kind: 'missing' | 'invalid' | 'from' | 'attachment' | 'tooLarge'
}
