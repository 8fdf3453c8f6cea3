import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'

/** Listens and never accepts; its queue is full, so that the kernel drops every further SYN. */
interface DeafListener {
  readonly port: number
  close(): Promise<void>
}

/** A thread that blocks right after `listen` accepts nothing; two connections fill a backlog of 1. */
const program = `
const { parentPort, workerData: port } = require('node:worker_threads')
const server = require('node:net').createServer()
server.listen({ port, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port)
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
})
`

/** @param free any free port unless given */
export async function openDeafListener(free = 0): Promise<DeafListener> {
  const worker = new Worker(program, { eval: true, workerData: free })
  const port = await new Promise<number>((resolve) => worker.once('message', resolve))
  const fillers = [1, 2, 3].map(() => connect(port, '127.0.0.1').on('error', () => undefined))
  return {
    port,
    async close() {
      for (const filler of fillers) filler.destroy()
      await worker.terminate()
    },
  }
}
