import * as z from 'zod'

/** A value of the command line as JSON, with one rule for all that may be wrong with it. */
export function json<Value>(value: z.ZodType<Value>, rule: string) {
  return z.preprocess(
    parseJson,
    z.any().refine((it) => value.safeParse(it).success, rule),
  ) as z.ZodType<Value>
}

/** Text that is no JSON stays as it is. */
export function parseJson(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
