import type { Deployed } from './trial.ts'

export interface Answer {
  readonly status: number
  readonly body: Json
  /** Of the email, where the header names it, as SendGrid does. */
  readonly id: string | null
}

type Json = Readonly<Record<string, unknown>>

/** Asks the API of a deployment as an application does. */
export async function ask(
  { url, key }: Deployed,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(longestMs),
  })
  const text = await response.text()
  const id = response.headers.get('x-message-id')
  return { status: response.status, body: jsonOf(text), id }
}

/** An HTTP API gives up after 30 s. */
const longestMs = 40_000

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return { text }
  }
}

/** @returns the id of the email @throws Error in the words of the answer when it was not taken */
export async function post(deployed: Deployed, email: object): Promise<string> {
  const { status, body } = await ask(deployed, 'POST', '/emails', { ...plain, ...email })
  if (status === 200) return body['id'] as string
  throw new Error(`POST /emails: ${status} ${JSON.stringify(body)}`)
}

const plain = { from: 'verify@example.com', subject: 'Verification', text: 'It works.' }

/** The captures for an address, waited for. */
export async function capturesFor(deployed: Deployed, to: string): Promise<readonly Json[]> {
  const path = `/v1/captures?wait=20&to=${encodeURIComponent(to)}`
  const { status, body } = await ask(deployed, 'GET', path)
  if (status !== 200) throw new Error(`GET /v1/captures: ${status} ${JSON.stringify(body)}`)
  return body['data'] as readonly Json[]
}
