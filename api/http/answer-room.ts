import type { Context } from 'hono'
import type { Stay } from '../../mail/ports/room.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { smallBytes } from '../../mail/room.ts'
import type { Caller } from '../../mail/keys/caller.ts'
import { busy } from './errors.ts'

/** What answers that are not sent yet have of the room. */
const stays = new WeakMap<Context, Stay>()

/**
 * Takes room for something large that an answer is made of, until the answer is sent: many callers
 * that read slowly would otherwise fill the memory together.
 *
 * @throws Refusal 503 when there is not so much room now
 */
export function holdForAnswer(c: Context, { room }: Postern, bytes: number) {
  if (bytes <= smallBytes) return
  const { caller } = c.var as { readonly caller?: Caller }
  // Apart from what the same caller sends; who follows a link has no key.
  const stay = stays.get(c) ?? room.enter(`${caller?.owner ?? 'a link'} reads`, 0)
  if (!stay?.more(bytes)) throw busy()
  stays.set(c, stay)
}

/** Has what an answer took given back once it is read to its end, or dropped. */
export function leaveWhenAnswered(c: Context) {
  const stay = stays.get(c)
  if (!stay) return
  const { body } = c.res
  if (body) c.res = new Response(readToItsEnd(body, stay), c.res)
  else stay.leave()
}

function readToItsEnd(body: ReadableStream<Uint8Array>, stay: Stay): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const end = {
    async pull(controller: ReadableStreamDefaultController<Uint8Array>) {
      const { done, value } = await reader.read()
      if (!done) return controller.enqueue(value)
      stay.leave()
      controller.close()
    },
    async cancel(reason: unknown) {
      stay.leave()
      await reader.cancel(reason)
    },
  }
  // Asked for the next piece only when the one before has left.
  return new ReadableStream(end, { highWaterMark: 0 })
}
