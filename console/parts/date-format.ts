/**
 * A way to write times, in the reader's language and zone. It is made when it is first needed: each
 * takes a browser some milliseconds, for which the first view would wait.
 */
export function dateFormat(options: Intl.DateTimeFormatOptions): (date: Date | number) => string {
  let format: Intl.DateTimeFormat | undefined
  return (date) => (format ??= new Intl.DateTimeFormat(undefined, options)).format(date)
}

/** Of the day, on 24 hours. */
export const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
