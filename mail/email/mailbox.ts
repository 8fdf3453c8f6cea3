/**
 * A validated mailbox: nothing else ever reaches a composer or an engine. `address` has an ASCII
 * domain (punycode, lower case); the local part is kept as given. `name` is plain text, unquoted.
 */
export interface Mailbox {
  readonly address: string
  readonly name?: string
}
