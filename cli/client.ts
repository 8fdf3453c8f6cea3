import type { Command } from 'commander'
import { readClientEnvironment } from '../machine/environment.ts'
import { jsonIn } from '../mail/email/json.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import type { Carry } from './carry.ts'
import { plainJson, plainLine } from './plain-text.ts'
import { ownVersion, skewTeller } from './skew.ts'
import type { Terminal } from './terminal.ts'

/** The HTTP API of a running Postern. */
export interface Client {
  /**
   * @returns the answer's body
   * @throws ApiRefusal when the answer is no, Failure when there is none
   */
  call<T>(method: Method, path: string, body?: object, headers?: Headers): Promise<T>
  /** The same for what need not be JSON: a file of CSV goes there, and text comes back. */
  file(method: 'GET' | 'POST', path: string, body?: string): Promise<string>
  /** The bytes of a large answer as they come. */
  open(path: string): Promise<AsyncIterable<Uint8Array>>
  /** Hands in a whole email, and what headers of the request say of it. */
  mail<T>(path: string, bytes: Bytes, headers?: Headers): Promise<T>
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type Bytes = Uint8Array<ArrayBuffer>

/** The API refused, in its own words. */
export class ApiRefusal extends Failure {
  readonly status: number

  constructor(status: number, message: string) {
    super(exitCodes.no, message)
    this.status = status
  }
}

/**
 * The client that `--url`, `--stack` or the environment of a command names; what was typed wins.
 *
 * @throws Failure when both are named
 */
export function clientOf(command: Command, { env, remark }: Terminal): Client {
  const { url, stack } = targetOf(command, env)
  if (url && stack) throw usage('give --url or --stack, not both')
  const inProject = projectHeader(command, env)
  if (stack) return clientOfStack(stack, inProject, remark)
  const { key } = readClientEnvironment(env)
  const headers = { ...inProject, ...ownVersion, ...(key && { authorization: `Bearer ${key}` }) }
  return connect(baseUrl(url), headers, remark)
}

/** The project that `--project` or the environment of a command names. */
function projectHeader(command: Command, env: Terminal['env']): Headers {
  const { project } = command.optsWithGlobals<{ readonly project?: string }>()
  const name = project ?? readClientEnvironment(env).project
  return name === undefined ? {} : { 'x-postern-project': name }
}

type Headers = Readonly<Record<string, string>>

/** What a command talks to; with neither, it is the Postern of this machine. */
export function targetOf(command: Command, env: Terminal['env']): Target {
  const typed = command.optsWithGlobals<Target>()
  return typed.url || typed.stack ? typed : readClientEnvironment(env)
}

interface Target {
  readonly url?: string
  readonly stack?: string
}

/** The API runs here then, on what the stack keeps: AWS says whether the caller may do it. */
function clientOfStack(stack: string, headers: Headers, remark: Terminal['remark']): Client {
  let opened: Promise<Carry> | undefined
  const log = (line: object) => remark(`${plainJson(line)}\n`)
  return clientBy(`the stack ${stack}`, stackBase, headers, async (request) => {
    opened ??= import('./stack.ts').then(({ openStack }) => openStack(stack, log))
    return (await opened)(request)
  })
}

/** Paths need a base; nothing goes there. */
const stackBase = 'http://stack.invalid'

/** The parameters that are given, as the part of an address after the path. */
export function query(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
  return given.length > 0 ? `?${new URLSearchParams(given as [string, string][]).toString()}` : ''
}

/** Longer than the longest poll of captures and than a verify on one machine, in milliseconds. */
const answerMs = 60_000

function connect(base: string, headers: Headers, remark: Terminal['remark']): Client {
  const tellSkew = skewTeller(base, remark)
  return clientBy(base, base, headers, async (request) => {
    const answer = await fetch(request).catch((cause: unknown) => unreachable(base, cause))
    tellSkew(answer)
    return answer
  })
}

interface Body {
  readonly type: string
  readonly text: string | Bytes
  readonly headers?: Headers | undefined
}

function clientBy(name: string, base: string, headers: Headers, carry: Carry): Client {
  /**
   * The answer, if it is a yes.
   *
   * @param download of a file, which a Postern in AWS may lend from elsewhere; broken off by this
   */
  async function ask(method: string, path: string, body?: Body, download?: AbortSignal) {
    const request = new Request(`${base}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...headers,
        ...body?.headers,
        ...(body && { 'content-type': body.type }),
      },
      body: body?.text,
      // A key is sent only where it was meant to go.
      redirect: download ? 'manual' : 'error',
      signal: download ?? AbortSignal.timeout(answerMs),
    })
    const answer = await carry(request)
    if (answer.ok) return answer
    const lent = download && answer.status === 302 && answer.headers.get('location')
    if (lent) return fetched(lent, download)
    throw refusal(answer.status, jsonIn(await answer.text()))
  }

  /** Its link is all that it needs. */
  async function fetched(link: string, signal: AbortSignal) {
    const file = await fetch(link, { signal }).catch((cause: unknown) => unreachable(base, cause))
    if (file.ok) return file
    throw refusal(file.status, undefined)
  }

  async function textOf(...asked: Parameters<typeof ask>) {
    return (await ask(...asked)).text()
  }

  function refusal(status: number, value: unknown) {
    return new ApiRefusal(status, wordsOf(value) ?? `${name} answers ${status}, not as Postern`)
  }

  return {
    async call<T>(method: string, path: string, body?: object, headers?: Headers) {
      const json = body && { type: 'application/json', text: JSON.stringify(body), headers }
      const value = jsonIn(await textOf(method, path, json))
      if (value === undefined) throw refusal(200, undefined)
      return value as T
    },
    async mail<T>(path: string, text: Bytes, headers: Headers = {}) {
      return jsonIn(await textOf('POST', path, { type: 'message/rfc822', text, headers })) as T
    },
    async open(path) {
      const giveUp = new AbortController()
      const timer = setTimeout(() => giveUp.abort(), answerMs)
      try {
        const { body } = await ask('GET', path, undefined, giveUp.signal)
        return body as unknown as AsyncIterable<Uint8Array>
      } finally {
        clearTimeout(timer)
      }
    },
    file: (method, path, text) =>
      textOf(method, path, text === undefined ? undefined : { type: 'text/csv', text }),
  }
}

function unreachable(base: string, cause: unknown): never {
  const { code, name } = ((cause as Error).cause ?? cause) as NodeJS.ErrnoException
  throw new Failure(
    exitCodes.unreachable,
    `cannot reach Postern at ${base} (${code ?? name}): is it running? postern start, or --url`,
    { cause },
  )
}

/** Both dialects of errors: that of /v1 and Resend's. What is wrong with a key can be mended here. */
function wordsOf(body: unknown): string | undefined {
  const { error = body } = (body ?? {}) as { error?: unknown }
  const { message, code, name = code } = (error ?? {}) as Record<string, unknown>
  if (typeof message !== 'string') return undefined
  return plainLine(/^(invalid|missing)_api_key$/.test(String(name)) ? message + keyAdvice : message)
}

const keyAdvice =
  ': set POSTERN_API_KEY to a key of this Postern; where its data lies, ' +
  'postern keys create NAME --data DIR makes one'

/** Where a Postern is, unless a stack was named. @throws Failure where the address is none */
export function baseUrl(text = 'http://127.0.0.1:8025'): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '')
  throw usage('the address of Postern (--url, POSTERN_URL) must begin with http:// or https://')
}
