import { once } from 'node:events'
import { connect } from 'node:net'
import { askUntilAnswered, openDoors } from '../soak/doors.ts'
import { envelopeOf, soakEmail, type SoakEmail } from '../soak/email.ts'
import type { ProducerEntry } from '../soak/entries.ts'

/** Who asks for a few emails, each under a key, again and again until there is an answer. */
interface Application {
  readonly produced: readonly ProducerEntry[]
  /** Asks for all of them, once and for all; resolves when each was answered. */
  askForAll(): Promise<unknown>
  /** Resolves when each was answered at least once, in whatever way. */
  readonly tried: Promise<unknown>
  /** Sends the head of a request and resolves when the body is wanted. */
  knock(): Promise<void>
  close(): void
}

/** Until when it asks, in milliseconds. */
const patienceMs = 120_000

export function openApplication(
  seed: number,
  ports: { readonly port: number; readonly smtpPort: number },
  onAnswer: () => void,
): Application {
  const produced: ProducerEntry[] = []
  const doors = openDoors(ports)
  const emails = castOf(seed)
  const untried = new Set(emails.map(({ n }) => n))
  const tried = Promise.withResolvers<void>()
  let asked: Promise<unknown> | undefined

  function write(entry: ProducerEntry) {
    produced.push(entry)
    if (entry.what === 'ack') onAnswer()
    untried.delete(entry.n)
    if (untried.size === 0) tried.resolve()
  }

  return {
    produced,
    tried: tried.promise,
    askForAll() {
      const deadline = Date.now() + patienceMs
      asked ??= Promise.all(
        emails.map((email) => {
          produced.push({ at: Date.now(), n: email.n, what: 'try' })
          return askUntilAnswered(email, doors[email.door], write, deadline)
        }),
      )
      return asked
    },
    async knock() {
      const socket = connect(ports.port, '127.0.0.1').on('error', () => undefined)
      const head = ['POST /emails HTTP/1.1', `Host: 127.0.0.1:${ports.port}`]
      const more = ['Content-Type: application/json', 'Content-Length: 99', 'Expect: 100-continue']
      socket.write(`${[...head, ...more].join('\r\n')}\r\n\r\n`)
      await once(socket, 'data')
    },
    close: () => doors.close(),
  }
}

/** One with a file, one with several recipients, one to be held when in doubt, two others. */
function castOf(seed: number): SoakEmail[] {
  const cast = new Map<number, SoakEmail>()
  const find = (fits: (email: SoakEmail) => boolean) => {
    for (let n = 0; ; n++) {
      const email = soakEmail(seed, n)
      if (email.key && !cast.has(n) && fits(email)) return void cast.set(n, email)
    }
  }
  // Large enough that it never arrives in one piece.
  find(({ body }) => (body.file?.length ?? 0) > 100_000)
  find((email) => envelopeOf(email).length > 2)
  find(({ onAmbiguous }) => onAmbiguous === 'hold')
  find(() => true)
  find(() => true)
  return [...cast.values()]
}
