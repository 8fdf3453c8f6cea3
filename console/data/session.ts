import { returns } from './connection.ts'
import { exchange, ApiRefusal } from './exchange.ts'
import { keepPageHalf } from './page-half.ts'
import { createStore } from './store.ts'

/**
 * Whether a person is signed in.
 *
 * - `asking`: not known yet
 * - `open`: not needed: on loopback without keys
 * - `in`, `out`
 * - `lapsed`: was in and no longer is, with work on the screen that must not be lost
 */
type Session = 'asking' | 'open' | 'in' | 'out' | 'lapsed'

export const session = createStore<Session>('asking')

/** The project whose key signed in; `*`: all of them, which a page without a key may see too. */
export const keyProject = createStore<string>('*')

/** Whether the page may see and change what all projects share. */
export function isOfAll(project: string): boolean {
  return project === '*'
}

interface SessionAnswer {
  readonly signed_in: boolean
  readonly needed: boolean
  readonly project: string | null
  /** After signing in: the half of the session that this page holds. */
  readonly session?: string
}

/** Asks how things stand, and again whenever Postern is back, until it is known. */
export function askSession() {
  const ask = () => void readSession().catch(() => undefined)
  ask()
  returns.subscribe(() => session.get() === 'asking' && ask())
}

/** @throws Unreachable */
async function readSession() {
  const { signed_in, needed, project } = await exchange<SessionAnswer>('GET', '/v1/session')
  keyProject.set(project ?? '*')
  session.set(signed_in ? 'in' : needed ? 'out' : 'open')
}

/** @throws ApiRefusal when the key is wrong, may only send, or was tried too often */
export async function signIn(key: string) {
  const answer = await exchange<SessionAnswer>('POST', '/v1/session', { key })
  keepPageHalf(answer.session)
  keyProject.set(answer.project ?? '*')
  session.set('in')
  wake()
}

export async function signOut() {
  await exchange('DELETE', '/v1/session')
  keepPageHalf()
  leave()
}

/** To the page that asks for a key; whatever waited for a new session gives up. */
export function leave() {
  session.set('out')
  wake()
}

/** Resolves with true when a person has signed in again, with false when they left. */
export function signInAgain(): Promise<boolean> {
  if (['out', 'asking'].includes(session.get())) return Promise.resolve(false)
  session.set('lapsed')
  return new Promise((resolve) => waiting.push(resolve))
}

/** Whether a refusal says that the session is over, not that this one thing is forbidden. */
export function isLapse(error: unknown): boolean {
  const codes = ['missing_api_key', 'invalid_api_key']
  return error instanceof ApiRefusal && codes.includes(error.code)
}

const waiting: ((isIn: boolean) => void)[] = []

function wake() {
  for (const tell of waiting.splice(0)) tell(session.get() === 'in')
}
