import { parentPort, workerData } from 'node:worker_threads'
import { readCapture } from './capture-view.ts'

/** The other side of `readAside`: runs as a thread that takes one email apart and ends. */
const read = await readCapture(workerData as Uint8Array)
const files = read.files.map((file) => ({ ...file, bytes: new Uint8Array(file.bytes) }))
parentPort!.postMessage(
  { ...read, files },
  files.map(({ bytes }) => bytes.buffer),
)
