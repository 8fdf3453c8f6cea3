/**
 * The caller's place in a trace: the header `traceparent` of W3C Trace Context
 * (w3.org/TR/trace-context, sections 2.2 and 4.3), version 00. Of a later version what 00 knows.
 */
export const traceparentHeader = 'traceparent'

/** Undefined unless it is one, letter by letter: what is malformed must be ignored. */
export function readTraceparent(text: string | null | undefined): string | undefined {
  const [, version, traceId, parentId, flags, rest] = grammar.exec(text ?? '') ?? []
  if (version === undefined || version === 'ff') return undefined
  if (isZero(traceId!) || isZero(parentId!)) return undefined
  if (version === '00') return rest === '' ? text! : undefined
  const isSampled = parseInt(flags!, 16) & 1
  return `00-${traceId}-${parentId}-0${isSampled}`
}

/** Only a later version may go on, behind another hyphen. Lower case alone. */
const grammar = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(|-.*)$/

function isZero(hex: string): boolean {
  return /^0+$/.test(hex)
}
