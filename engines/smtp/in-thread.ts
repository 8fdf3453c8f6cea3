import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { CompositionError } from '../../mail/compose/compose.ts'
import type { EngineContext } from '../../mail/ports/fleet.ts'
import type { Outcome } from '../../mail/email/outcome.ts'
import type { Uncomposed } from '../../mail/email/parcel.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import { smtpEngine } from '../smtp.ts'

/** What the thread is made from: `EngineContext`, as far as it is data. */
export type ThreadContext = Pick<EngineContext, 'settings' | 'secrets' | 'deployed'>

/** What the thread is asked. It answers every call but `abort` once. */
export type ThreadRequest =
  | { readonly call: number; readonly what: 'send'; readonly letter: Uncomposed }
  | { readonly call: number; readonly what: 'abort' }
  | { readonly call: number; readonly what: 'close' }

export interface ThreadAnswer {
  readonly call: number
  readonly outcome?: Outcome
  /** It threw: an error would lose its name on the way. */
  readonly thrown?: { readonly name: string; readonly message: string }
}

/**
 * The SMTP engine in a thread of its own, begun with the first email: composing, signing and the
 * protocol take as long as all the rest of an email's way (docs/decisions/0001-hot-path.md), and
 * all others would wait that much longer for the only thread.
 */
export function smtpInThread(context: EngineContext): Engine {
  // Throws for settings that cannot work, and verifies; opens no connection for anything else.
  const here = smtpEngine(context)
  let thread: Thread | undefined

  function start() {
    const started = startThread(context, () => {
      // Another may have been started while this one ended.
      if (thread === started) thread = undefined
    })
    return started
  }

  return {
    name: here.name,
    async send({ composed: _, ...letter }, signal) {
      thread ??= start()
      return thread.send(letter, signal)
    },
    verify: (signal) => here.verify(signal),
    rate: (signal) => here.rate(signal),
    async close() {
      const last = thread
      thread = undefined
      await last?.close()
    },
  }
}

type Thread = ReturnType<typeof startThread>

/** A thread whose end, in whatever way, ends all that it was asked. */
function startThread({ settings, secrets, deployed }: EngineContext, onEnd: () => void) {
  const workerData: ThreadContext = { settings, secrets, deployed }
  // The same ending as this file: compiled or not.
  const file = new URL(`./thread${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(file, { workerData })
  const post = (request: ThreadRequest) => worker.postMessage(request)
  const calls = new Map<number, PromiseWithResolvers<Outcome | undefined>>()
  let last = 0

  function ask(request: ThreadRequest) {
    const call = Promise.withResolvers<Outcome | undefined>()
    calls.set(request.call, call)
    post(request)
    return call.promise
  }

  function hear({ call, outcome, thrown }: ThreadAnswer) {
    const waiting = calls.get(call)
    calls.delete(call)
    if (thrown) waiting?.reject(errorOf(thrown))
    else waiting?.resolve(outcome)
  }

  worker.on('message', (answer: ThreadAnswer) => hear(answer))
  // Without a listener its last error would be this process's last as well.
  worker.on('error', end)
  worker.on('exit', () => end(new Error('the thread ended')))

  function end(error: unknown) {
    onEnd()
    for (const { reject } of calls.values()) reject(error)
    calls.clear()
  }

  return {
    async send(letter: Uncomposed, signal: AbortSignal): Promise<Outcome> {
      const call = ++last
      const abort = () => post({ call, what: 'abort' })
      const answered = ask({ call, what: 'send', letter })
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
      try {
        return (await answered)!
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    /** Lets what is under way end first. */
    async close() {
      void ask({ call: ++last, what: 'close' })
      await Promise.allSettled([...calls.values()].map(({ promise }) => promise))
      await ended(worker)
    },
  }
}

/**
 * Resolves once the thread has ended, which it does by itself when it has nothing open any more.
 * Stopped only where it does not: "not all code in the internals of Node.js is prepared to expect
 * termination at arbitrary points", says the page of `worker.terminate`, and the whole process dies.
 */
async function ended(worker: Worker) {
  if (worker.threadId === -1) return
  const late = AbortSignal.timeout(5_000)
  await once(worker, 'exit', { signal: late }).catch(() => worker.terminate())
}

function errorOf({ name, message }: NonNullable<ThreadAnswer['thrown']>): Error {
  if (name === CompositionError.name) return new CompositionError(message)
  return Object.assign(new Error(message), { name })
}
