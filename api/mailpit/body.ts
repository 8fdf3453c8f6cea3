import * as z from 'zod'
import { readJsonObject } from '../http/body.ts'
import { Refusal } from '../http/errors.ts'

/**
 * Reads a body whose keys may be in any case, as Go reads them. `null` is absent. A body of which no
 * key is known is refused: what is meant for one message would else be done to all.
 *
 * @throws Refusal 400
 */
export async function readBody<Shape extends z.ZodRawShape>(
  request: Request,
  shape: Shape,
  limit?: number,
): Promise<z.output<z.ZodObject<Shape>>> {
  return parseBody(await readJsonObject(request, limit), z.object(shape))
}

/** @throws Refusal 400 */
export function parseBody<Shape extends z.ZodObject>(
  body: Readonly<Record<string, unknown>>,
  schema: Shape,
): z.output<Shape> {
  const known = spelled(body, Object.keys(schema.shape))
  const given = Object.keys(body)
  if (given.length > 0 && Object.keys(known).length === 0)
    throw bad(`unknown keys: ${given.slice(0, 5).join(', ').slice(0, 200)}`)
  const present = Object.entries(known).filter(([, value]) => value !== null)
  const parsed = schema.safeParse(Object.fromEntries(present))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw bad(`${issue!.path.map(String).join('.')}: ${issue!.message}`)
}

/** The keys that are known, as they are known. */
function spelled(body: Readonly<Record<string, unknown>>, keys: readonly string[]) {
  const byCase = new Map(keys.map((key) => [key.toLowerCase(), key]))
  const known = Object.entries(body).flatMap(([key, value]) => {
    const name = byCase.get(key.toLowerCase())
    return name === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(known)
}

export function bad(message: string): Refusal {
  return new Refusal(400, 'validation_error', message)
}

/** Ids of messages; one that is none finds nothing. */
export const ids = z.array(z.string()).default([])
