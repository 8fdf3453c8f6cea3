import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../mail/clock.ts'
import { compose } from '../../mail/compose/compose.ts'
import type { Outcome } from '../../mail/email/outcome.ts'
import type { Captures } from '../../mail/ports/captures.ts'
import { smtpEngine } from '../smtp.ts'
import type { ThreadAnswer, ThreadRequest, ThreadContext } from './in-thread.ts'

/** The other side of `smtpInThread`: runs as a thread and does what it is asked. */
const port = parentPort!
const signals = new Map<number, AbortController>()

const engine = smtpEngine({
  ...(workerData as ThreadContext),
  clock: systemClock,
  // Another engine's: this one captures nothing.
  captures: undefined as unknown as Captures,
})

const post = (answer: ThreadAnswer) => port.postMessage(answer)

port.on('message', (request: ThreadRequest) => void hear(request))

let inHand = 0
let closing = false

async function hear(request: ThreadRequest) {
  if (request.what === 'abort') return signals.get(request.call)?.abort('out of time')
  inHand++
  closing ||= request.what === 'close'
  post(await answer(request))
  // The last thing that keeps this thread.
  if (--inHand === 0 && closing) port.close()
}

async function answer(request: Exclude<ThreadRequest, { what: 'abort' }>): Promise<ThreadAnswer> {
  const { call } = request
  try {
    if (request.what === 'send') return { call, outcome: await send(request) }
    await engine.close()
    return { call }
  } catch (error) {
    const { name, message } = error as Error
    return { call, thrown: { name, message } }
  }
}

async function send(request: ThreadRequest & { what: 'send' }): Promise<Outcome> {
  const { call, letter } = request
  const abort = new AbortController()
  signals.set(call, abort)
  try {
    return await engine.send({ ...letter, composed: () => compose(letter) }, abort.signal)
  } finally {
    signals.delete(call)
  }
}
