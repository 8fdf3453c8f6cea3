import { exchange, type ExchangeOptions, type Method } from './exchange.ts'
import { isLapse, signInAgain } from './session.ts'

/**
 * Asks the API. If the session has ended, nothing was done: it waits until the user has
 * signed in again and asks once more, so that what was typed is not lost.
 *
 * @throws ApiRefusal, Unreachable
 */
export async function request<T>(
  method: Method,
  path: string,
  body?: unknown,
  options?: ExchangeOptions,
): Promise<T> {
  try {
    return await exchange<T>(method, path, body, options)
  } catch (error) {
    if (!isLapse(error) || !(await signInAgain())) throw error
    return exchange<T>(method, path, body, options)
  }
}

/** A path with the parameters that have a value. */
export function withQuery(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== '') query.set(name, String(value))
  return query.size > 0 ? `${path}?${query.toString()}` : path
}
