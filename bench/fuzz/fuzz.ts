import { Worker } from 'node:worker_threads'
import type { Task, Tried } from './thread.ts'

/** The worst that a parser did. */
export interface Report {
  readonly parser: string
  readonly tried: number
  readonly slowest: Tried | undefined
  /** In words; each can be repeated by the seed and its number. */
  readonly faults: readonly string[]
}

/** Milliseconds of one thread that a megabyte may take. */
export const mostMs = 250

/** Milliseconds after which an input is taken for endless. */
const endlessMs = 30_000

/** Tries inputs of one parser in a thread of its own, which is ended when one does not end. */
export async function fuzz(task: Task): Promise<Report> {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: task })
  const faults: string[] = []
  let tried = 0
  let slowest: Tried | undefined
  let current = task.from
  let timer: NodeJS.Timeout | undefined
  worker.on('message', (message: number | Tried) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      faults.push(`number ${current} takes more than ${endlessMs / 1_000} s`)
      void worker.terminate()
    }, endlessMs)
    if (typeof message === 'number') {
      current = message
      return
    }
    tried += 1
    if (!slowest || message.ms > slowest.ms) slowest = message
    const fault = faultOf(message)
    if (fault) faults.push(fault)
  })
  worker.on('error', (error) => faults.push(`number ${current} ends the thread: ${String(error)}`))
  await new Promise((resolve) => worker.once('exit', resolve))
  clearTimeout(timer)
  return { parser: task.parser, tried, slowest, faults }
}

export function faultOf({ n, length, ms, thrown }: Tried): string | undefined {
  if (thrown !== undefined) return `number ${n} (${length} characters) throws ${thrown}`
  return ms > mostMs ? `number ${n} (${length} characters) takes ${Math.round(ms)} ms` : undefined
}
