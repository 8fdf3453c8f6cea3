/** The kinds of things in which the address of a person may stand, in the order in which they are looked through. */
export const erasable = [
  'emails',
  'contents',
  'captures',
  'events',
  'notices',
  'returned_mail',
  'feedback',
  'dead_letters',
  'idempotency_keys',
  'uploads',
  'suppressions',
  'engine_states',
] as const

export type Erasable = (typeof erasable)[number]
