import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { createApp, type ApiOptions } from '../../api/app.ts'
import { localBackend, type LocalBackend } from '../../backends/local/index.ts'
import { openWeb } from '../../backends/web/index.ts'
import { openEngine } from '../../engines/index.ts'
import { compose } from '../../mail/compose/compose.ts'
import { fleet } from '../../mail/deliver/fleet.ts'
import { outlineOf } from '../../mail/email/outline.ts'
import { guardian } from '../../mail/guardian/guardian.ts'
import { pace } from '../../mail/deliver/pace.ts'
import { room } from '../../mail/room.ts'
import type { Capture } from '../../mail/ports/captures.ts'
import type { Web } from '../../mail/ports/web.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { settingsInForce } from '../../mail/configure/in-force.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import { virtualClock, type VirtualClock } from '../virtual-clock.ts'

export interface OpenApi {
  readonly postern: Postern & LocalBackend
  readonly directory: string
  readonly clock: VirtualClock
  readonly logged: object[]
  readonly app: ReturnType<typeof createApp>
  /** What a host calls. */
  readonly handle: (request: Request) => Response | Promise<Response>
  readonly fetch: (path: string, init?: Ask) => Promise<Response>
  /** The answer to a POST of JSON. */
  readonly post: (
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Response>
  /** The JSON that a GET answers. */
  readonly read: (path: string) => Promise<Json>
  /** Has Postern take an email and answers its id. */
  readonly send: (email?: object, headers?: Record<string, string>) => Promise<string>
}

/** What an answer may hold: whatever a test reads of one. */
export interface Json extends Readonly<Record<string, unknown>> {
  readonly id: string
  readonly name: string
  readonly message: string
  readonly statusCode: number
  readonly error: { code: string; message: string; errors?: unknown; version?: string }
  readonly data: readonly Json[]
  readonly version: string
  readonly html: string
  readonly text: string
}

/** Where no name server is: nothing leaves this machine. */
const nobody = '127.0.0.1:9'

/** Some text. */
export const text: unknown = expect.any(String)

/** A text with this in it. */
export function holding(part: string): unknown {
  return expect.stringContaining(part)
}

type Ask = RequestInit & { duplex?: 'half' }

/** The API over a real backend in a directory of its own; all is gone when the test ends. */
export function openApi(
  options: Partial<ApiOptions> & {
    defaults?: SavedSettings
    locks?: SavedSettings
    web?: Web
  } = {},
): OpenApi {
  const {
    defaults = { from: { address: 'no-reply@acme.test' } },
    locks,
    web = openWeb({ dnsServers: [nobody] }),
    ...rest
  } = options
  const directory = mkdtempSync(join(tmpdir(), 'postern-api-'))
  const clock = virtualClock()
  const backend = localBackend(directory, { clock, web })
  const { settings: store, captures } = backend
  const engines = fleet({ open: openEngine, store, captures, clock })
  const inForce = settingsInForce({ store, clock, defaults, locks })
  const postern = {
    ...backend,
    inForce,
    fleet: engines,
    pace: pace(clock),
    guardian: guardian({ ...backend, inForce }),
    room: room(1e9),
    compose,
    random: Math.random,
  }
  onTestFinished(async () => {
    await engines.close()
    backend.close()
    rmSync(directory, { recursive: true })
  })
  const logged: object[] = []
  const log = (line: object) => void logged.push(line)
  const app = createApp(postern, {
    access: 'open',
    version: '1.2.3',
    hostFacts: async () => ({ kind: 'machine' as const }),
    backUp: () => backend.backUp(),
    log,
    ...rest,
  })
  const fetch: OpenApi['fetch'] = async (path, init) => app.request(path, init)
  const post: OpenApi['post'] = (path, body, headers) =>
    fetch(path, { method: 'POST', body: body === undefined ? null : JSON.stringify(body), headers })
  return {
    postern,
    directory,
    clock,
    logged,
    app,
    handle: (request) => app.fetch(request),
    fetch,
    post,
    read: async (path) => (await fetch(path)).json() as Promise<Json>,
    send: async (email = anEmail, headers) => {
      const { id } = (await (await post('/emails', email, headers)).json()) as { id: string }
      return id
    },
  }
}

/** The least that can be sent. */
export const anEmail = { from: 'a@acme.test', to: 'b@example.com', subject: 'Hi', text: 'Hello' }

/** The status of an answer with its JSON. */
export async function said(answer: Response | Promise<Response>): Promise<[number, Json]> {
  const response = await answer
  return [response.status, (await response.json()) as Json]
}

/** The text of an answer; of a stream what comes first. */
export async function textOf(answer: Response): Promise<string> {
  if (answer.headers.get('content-type')?.startsWith('text/event-stream') !== true)
    return answer.text()
  const reader = answer.body!.getReader()
  const { value } = await reader.read()
  await reader.cancel()
  return Buffer.from(value!).toString()
}

/** Captures an email as the no-op engine does. */
export async function capture(
  { postern }: OpenApi,
  eml: string | Uint8Array,
  { id, text = '', ...rest }: Partial<Capture> & { id: string; text?: string },
): Promise<void> {
  const bytes = Buffer.from(eml)
  const outline = await outlineOf(bytes, text)
  await postern.captures.add(
    {
      id,
      emailId: id,
      project: 'default',
      at: postern.clock.now(),
      from: 'a@acme.test',
      to: ['b@example.com'],
      subject: 'Hi',
      size: bytes.length,
      seen: false,
      tags: [],
      outline,
      ...rest,
    },
    bytes,
    text,
  )
}
