import { Worker } from 'node:worker_threads'
import { asSource, readCapture, type CapturedEmail } from './capture-view.ts'
import { oneAtATime } from './one-at-a-time.ts'

/**
 * Takes a captured email apart without stopping anything else: what is small at once, in less than
 * a tenth of a second whatever it holds, and what is large in a thread, one at a time, with bounds on
 * memory and time. What exceeds them is shown as its source, with the reason.
 *
 * @throws Refusal 503 when too many large ones wait
 */
export async function readAside(eml: Uint8Array): Promise<CapturedEmail> {
  if (eml.byteLength <= mostBytesHere) return readCapture(eml)
  return inTurn(() => readInThread(eml))
}

const inTurn = oneAtATime('looked at')

/** Of an email that is read on the event loop. */
const mostBytesHere = 256_000

/** What a thread may take, in MB of objects and in milliseconds. */
interface Bounds {
  readonly memory: number
  readonly ms: number
}

/** 40 MB of attachments take less than a second. */
const bounds: Bounds = { memory: 256, ms: 10_000 }

export function readInThread(eml: Uint8Array, { memory, ms } = bounds): Promise<CapturedEmail> {
  let resolve!: (read: CapturedEmail) => void
  const promise = new Promise<CapturedEmail>((found) => (resolve = found))
  // Not `slice`, by which a Buffer shares its bytes.
  const copy = new Uint8Array(eml)
  const thread = new Worker(threadFile, {
    workerData: copy,
    transferList: [copy.buffer],
    resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: 32 },
  })
  let isRead = false
  const giveUp = (reason: string) => {
    if (!isRead) void asSource(eml, reason).then(resolve)
    isRead = true
  }
  const timer = setTimeout(() => {
    giveUp(`taking it apart takes longer than ${ms / 1_000} s`)
    void thread.terminate()
  }, ms)
  thread.on('message', (read: CapturedEmail) => {
    isRead = true
    resolve(withBuffers(read))
  })
  thread.on('error', (error: NodeJS.ErrnoException) => giveUp(reasonOf(error, memory)))
  thread.on('exit', () => {
    clearTimeout(timer)
    giveUp('not readable')
  })
  return promise
}

/** The same ending as this file, compiled or not; a bundle has it in the folder of its chunks. */
const threadFile = new URL(
  `./reading-thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
  import.meta.url,
)

function reasonOf({ code }: NodeJS.ErrnoException, memory: number): string {
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? `taking it apart needs more than ${memory} MB of memory`
    : 'not readable'
}

/** Between threads a Buffer becomes plain bytes. */
function withBuffers(read: CapturedEmail): CapturedEmail {
  const files = read.files.map((file) => ({ ...file, bytes: Buffer.from(file.bytes.buffer) }))
  return { ...read, files }
}
