import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { temporaryDirectory } from '../backends/local/temporary.ts'

/** What a command of Cypress is asked for. */
interface Asked {
  readonly method: string
  readonly url: string
  readonly qs?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly auth?: { readonly user: string; readonly pass: string } | string
  readonly headers?: Readonly<Record<string, string>>
  readonly failOnStatusCode?: boolean
}

/** A promise with what Cypress's chains have besides. */
type Chain = Promise<unknown> & { its(name: string): Chain }

function chain(promise: Promise<unknown>): Chain {
  const its = (name: string) =>
    chain(promise.then((value) => (value as Record<string, unknown>)[name]))
  return Object.assign(promise, { its })
}

async function request(asked: Asked) {
  const { method, url, qs = {}, body, auth, headers = {}, failOnStatusCode = true } = asked
  const address = new URL(url)
  for (const [name, value] of Object.entries(qs)) address.searchParams.set(name, String(value))
  const answer = await fetch(address, {
    method,
    headers: {
      'user-agent': 'Cypress',
      ...headers,
      ...(typeof auth === 'object' && {
        authorization: `Basic ${Buffer.from(`${auth.user}:${auth.pass}`).toString('base64')}`,
      }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok && failOnStatusCode) throw new Error(`${answer.status} ${text}`)
  const isJson = answer.headers.get('content-type')?.includes('json')
  return { status: answer.status, body: isJson ? (JSON.parse(text) as unknown) : text }
}

type Commands = Record<string, unknown>

/**
 * As much of Cypress as commands for captured email call, whose own packages are run unchanged: it
 * is a program of 500 MB that only comes with a browser.
 *
 * @param variables what a project gives its commands: addresses, users
 * @returns the commands that a package adds
 */
export async function cypressCommands(
  path: string,
  variables: Readonly<Record<string, string>>,
): Promise<Commands> {
  const commands: Commands = {}
  const value = (name: string) => variables[name]
  const add = (name: string, ...rest: unknown[]) => {
    commands[name] = rest.at(-1)
  }
  const config = (name: string) => (name === 'defaultCommandTimeout' ? 4_000 : undefined)
  const cy = {
    request: (asked: Asked) => chain(request(asked)),
    wrap: (one: unknown) => chain(Promise.resolve(one)),
    wait: (ms: number) => chain(new Promise((resolve) => setTimeout(resolve, Math.min(ms, 50)))),
    env: (names: readonly string[]) =>
      chain(Promise.resolve(Object.fromEntries(names.map((name) => [name, variables[name]])))),
    verifyUpcomingAssertions: (one: unknown) => chain(Promise.resolve(one)),
  }
  const Cypress = { Commands: { add, addAll: add }, expose: value, env: value, config }
  Object.assign(globalThis, { cy, Cypress })
  // As Cypress does: what they import has no endings, and whether they are ES modules is not said.
  const directory = temporaryDirectory()
  const outfile = join(directory.path, 'commands.cjs')
  await build({ entryPoints: [path], outfile, bundle: true, format: 'cjs', logLevel: 'error' })
  createRequire(import.meta.url)(outfile)
  directory.remove()
  return commands
}
