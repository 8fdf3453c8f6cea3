import { onTestFinished } from 'vitest'
import { startPostern, type RunningPostern, type StartOptions } from '../../machine/start.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

export interface TestPostern extends RunningPostern {
  /** The JSON that the API answers. */
  readonly api: <T>(method: string, path: string, body?: unknown) => Promise<T>
  /** Makes a key, the first of which ends open access; `api` uses it from then on. */
  readonly makeKey: (name: string, more?: object) => Promise<{ id: string; token: string }>
}

/** A whole Postern in this process, on free ports and an empty directory, until the test ends. */
export async function startPosternHere(options: Partial<StartOptions> = {}): Promise<TestPostern> {
  const running = await startPostern({
    env: {},
    port: 0,
    directory: temporaryDirectory(),
    write: () => undefined,
    ...options,
  })
  onTestFinished(running.stop)
  let first: string | undefined
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(running.url + path, {
      method,
      body: JSON.stringify(body),
      ...(first && { headers: { authorization: `Bearer ${first}` } }),
    })
    const said: unknown = await answer.json()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(said)}`)
    return said as T
  }
  const makeKey = async (name: string, more?: object) => {
    const made = await api<{ id: string; token: string }>('POST', '/api-keys', { name, ...more })
    first ??= made.token
    return made
  }
  return { ...running, api, makeKey }
}
