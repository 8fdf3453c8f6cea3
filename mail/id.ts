let lastMillisecond = 0
let sequence = 0

/**
 * A UUIDv7 (RFC 9562 section 5.7): ids sort by the time of acceptance, within one process also
 * inside a millisecond, because the 12 bits after the time count up (section 6.2, method 1).
 *
 * @param now milliseconds since the epoch
 */
export function newId(now: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const view = new DataView(bytes.buffer)
  advance(now, view.getUint16(6) & 0x07ff)
  view.setUint16(0, Math.floor(lastMillisecond / 2 ** 32))
  view.setUint32(2, lastMillisecond % 2 ** 32)
  view.setUint16(6, 0x7000 | sequence)
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80)
  return format(bytes)
}

function format(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
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
