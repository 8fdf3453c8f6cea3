import { registerHooks } from 'node:module'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** Where to die. */
export type Where =
  /** Around a call of a port, such as `emails.settle`. */
  | { readonly kind: 'port'; readonly call: string; readonly when: 'before' | 'after' }
  /** Around a statement of SQL that holds this text. */
  | { readonly kind: 'sql'; readonly text: string; readonly when: 'before' | 'after' }

/** What to do to the Postern that is loaded next; given as JSON in `POSTERN_CRASH`. */
export interface Crash {
  readonly where?: Where
  /** At which time that place is reached; 1 unless given. */
  readonly time?: number
  /** Added to the clock. */
  readonly laterMs?: number
}

/**
 * Loaded before Postern, this kills it at one place: a test build, made without a word in the
 * product. Backends are wrapped where they are made, statements where they are prepared.
 */
const { where, time = 1, laterMs = 0 } = JSON.parse(process.env['POSTERN_CRASH'] ?? '{}') as Crash

const { now } = Date
Date.now = () => now() + laterMs

let left = time

function arrive() {
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
}

if (where?.kind === 'port') wrapBackend(where)
if (where?.kind === 'sql') wrapStatements(where)

type Ports = Record<string, Record<string, (...words: unknown[]) => unknown>>

function wrapBackend({ call, when }: Where & { kind: 'port' }) {
  const [wanted, wantedMethod] = call.split('.')
  const wrapPort = (methods: Ports[string]) =>
    new Proxy(methods, {
      get(target, name: string, receiver) {
        const method: unknown = Reflect.get(target, name, receiver)
        if (name !== wantedMethod) return method
        return async (...words: unknown[]) => {
          if (when === 'before') arrive()
          const answer = await (method as (...words: unknown[]) => unknown)(...words)
          if (when === 'after') arrive()
          return answer
        }
      },
    })
  Object.assign(globalThis, {
    posternBackend: (backend: Ports) => ({ ...backend, [wanted!]: wrapPort(backend[wanted!]!) }),
  })
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      if (!url.endsWith('/backends/local/index.ts')) return loaded
      const source = Buffer.from(loaded.source as Uint8Array).toString()
      const renamed = source.replace('export function localBackend(', 'function soundBackend(')
      if (renamed === source) throw new Error('the backend is not made where it was')
      const wrapped = 'export const localBackend = (...w) => posternBackend(soundBackend(...w))'
      return { ...loaded, source: `${renamed}\n${wrapped}\n` }
    },
  })
}

function wrapStatements({ text: wanted, when }: Where & { kind: 'sql' }) {
  const own = { ...Object.getOwnPropertyDescriptors(DatabaseSync.prototype) }
  const prepare = own.prepare.value!
  const exec = own.exec.value!
  const around = <T>(text: string, work: () => T): T => {
    const isIt = text.includes(wanted)
    if (isIt && when === 'before') arrive()
    const answer = work()
    if (isIt && when === 'after') arrive()
    return answer
  }
  DatabaseSync.prototype.exec = function (text) {
    return around(text, () => exec.call(this, text))
  }
  DatabaseSync.prototype.prepare = function (text, options) {
    const statement = prepare.call(this, text, options)
    const run = statement.run.bind(statement) as (...words: unknown[]) => Done
    statement.run = (...words: unknown[]) => around(text, () => run(...words))
    return statement
  }
}

type Done = ReturnType<StatementSync['run']>
