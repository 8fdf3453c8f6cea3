import type { Room, Stay } from '../../mail/ports/room.ts'
import { busy, Refusal } from './errors.ts'

/**
 * Takes room for a body before any of it is read, as long as its request takes. What cannot be in
 * memory together with the rest is dropped as it comes, and its caller then told to come back.
 *
 * @param holder the caller
 * @returns undefined for a request without a body
 * @throws Refusal 503 when there is not so much room now, 413 when there never is
 */
export async function enterRoom(
  room: Room,
  holder: string,
  request: Request,
): Promise<Stay | undefined> {
  const { headers, method } = request
  const announced = headers.get('content-length')
  const bytes = Number(announced ?? 0)
  if (bytes > room.mostBytes) throw tooLarge(room.mostBytes)
  const grows = announced === null ? method !== 'GET' : headers.has('content-encoding')
  if (bytes === 0 && !grows) return undefined
  const stay = room.enter(holder, bytes)
  if (!stay) {
    await drop(request)
    throw busy()
  }
  if (grows) stays.set(request, stay)
  return stay
}

/** Many clients read an answer only once they have sent all, and see no more than a broken line. */
async function drop({ body }: Request) {
  await body?.pipeTo(new WritableStream()).catch(() => undefined)
}

/** Takes room for what a body turns out to be beyond what it announced. @throws Refusal 503 */
export function takeMore(request: Request, bytes: number) {
  if (stays.get(request)?.more(bytes) === false) throw busy()
}

/** Only those that may grow. */
const stays = new WeakMap<Request, Stay>()

export function tooLarge(limit: number): Refusal {
  return new Refusal(413, 'validation_error', `The body is larger than ${limit} bytes.`)
}
