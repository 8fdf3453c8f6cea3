import { createHash } from 'node:crypto'

let lastMillisecond = 0
let sequence = 0

/**
 * A UUIDv7 (RFC 9562 section 5.7): ids sort by the time of acceptance, within one process also
 * inside a millisecond, because the 12 bits after the time count up (section 6.2, method 1).
 *
 * @param now milliseconds since the epoch
 */
export function newId(now: number): string {
  // Version 4 has its random bits where version 7 has them: the last two groups stay.
  const random = crypto.randomUUID()
  advance(now, parseInt(random.slice(0, 3), 16) & 0x07ff)
  const time = lastMillisecond.toString(16).padStart(12, '0')
  const count = sequence.toString(16).padStart(3, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${random.slice(19)}`
}

/** The id of a batch: of its first email, should that be accepted. */
export function batchId(now: number): string {
  return memberId(newId(now), 0)
}

/**
 * The id of an email in a batch, derived from the id of the batch: in the 14 bits after the variant
 * (RFC 9562 section 5.7) the members count up, so that ids sort as the batch is listed.
 *
 * @param index less than 16,384
 */
export function memberId(batch: string, index: number): string {
  return `${batch.slice(0, 19)}${(0x8000 + index).toString(16)}${batch.slice(23)}`
}

/**
 * The same id for the same text and time, for what has a name of its own before Postern sees it.
 *
 * @param at milliseconds since the epoch
 */
export function idOf(text: string, at: number): string {
  const random = createHash('sha256').update(text).digest('hex')
  const time = at.toString(16).padStart(12, '0')
  // Version 7 and variant 10 (RFC 9562 section 4).
  const variant = (0x8 | (parseInt(random[0]!, 16) & 0x3)).toString(16)
  const tail = `${variant}${random.slice(1, 4)}-${random.slice(4, 16)}`
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(16, 19)}-${tail}`
}

/** When an id was made, in milliseconds since the epoch. */
export function createdAtOf(id: string): number {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** Sorts after every id that was made before this time, and before all others. */
export function lastIdBefore(time: number): string {
  const hex = Math.max(0, time - 1)
    .toString(16)
    .padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7fff-bfff-ffffffffffff`
}

/** Whether a text has the form of an id that Postern gives. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)
}

function advance(now: number, start: number) {
  if (now > lastMillisecond) {
    lastMillisecond = now
    sequence = start
  } else if (sequence < 0x0fff) {
    sequence += 1
  } else {
    lastMillisecond += 1
    sequence = 0
  }
}
