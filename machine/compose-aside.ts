import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { compose, CompositionError } from '../mail/compose/compose.ts'
import type { Uncomposed } from '../mail/email/parcel.ts'
import { contentBytes } from '../mail/request/email-request.ts'

/** What is no larger is composed at once: a thread takes as long to start. In bytes of content. */
const quicklyComposed = 2_000_000

/** The thread's answer: the bytes, or why there are none. */
export type Composed = { readonly bytes: Uint8Array } | { readonly fault: string }

let turn: Promise<unknown> = Promise.resolve()

/**
 * Composes an email without stopping anything else: what is large in a thread, one at a time, because
 * each is in memory there once more.
 *
 * @throws CompositionError as `compose` does
 */
export async function composeAside(letter: Uncomposed): Promise<Uint8Array> {
  if (contentBytes(letter.content) <= quicklyComposed) return compose(letter)
  const composing = turn.then(() => composeInThread(letter))
  turn = composing.catch(() => undefined)
  return composing
}

function composeInThread(letter: Uncomposed): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const thread = new Worker(threadFile, { workerData: letter })
  thread.on('message', (composed: Composed) => {
    if ('bytes' in composed) resolve(composed.bytes)
    else reject(new CompositionError(composed.fault))
  })
  thread.on('error', reject)
  thread.on('exit', () => reject(new Error('the thread that composes ended')))
  return promise
}

/** The same ending as this file, compiled or not. */
const threadFile = new URL(`./composing-thread${extname(import.meta.url)}`, import.meta.url)
