import { usage } from '../machine/failure.ts'

/**
 * Headers of a request, those that are given. They carry bytes, one a character: what is typed may
 * be UTF-8.
 *
 * @throws Failure for a line break, which would be another header
 */
export function requestHeaders(
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, asBytes(text)]],
    ),
  )
}

function asBytes(text: string): string {
  if (/[\r\n\0]/.test(text)) throw usage('an option holds a line break')
  return Buffer.from(text).toString('latin1')
}
