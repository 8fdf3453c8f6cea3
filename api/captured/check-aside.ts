import { Worker } from 'node:worker_threads'
import { checkContent, type Report } from '../../mail/check/check.ts'
import { finding } from '../../mail/check/finding.ts'
import type { Whole } from '../../mail/check/whole.ts'
import { oneAtATime } from './one-at-a-time.ts'

/**
 * Checks an email without stopping anything else: a small one at once, a large one in a thread, one
 * at a time, with bounds on memory and time.
 *
 * @throws Refusal 503 when too many large ones wait
 */
export async function checkAside(email: Whole): Promise<Report> {
  if ((email.html?.length ?? 0) <= mostHere) return checkContent(email)
  return inTurn(() => checkInThread(email))
}

const inTurn = oneAtATime('checked')

/** Characters of html that are checked on the event loop: a twentieth of a second. */
const mostHere = 30_000

/** Longest a thread may take, in milliseconds: a hundred times what 100 kB take. */
const longestMs = 20_000

export function checkInThread(email: Whole, ms = longestMs): Promise<Report> {
  let resolve!: (report: Report) => void
  const promise = new Promise<Report>((checked) => (resolve = checked))
  const thread = new Worker(threadFile, {
    workerData: email,
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 },
  })
  const giveUp = () => resolve(unchecked)
  const timer = setTimeout(() => void thread.terminate(), ms)
  thread.on('message', resolve)
  thread.on('error', giveUp)
  thread.on('exit', () => {
    clearTimeout(timer)
    giveUp()
  })
  return promise
}

const text = 'The html takes too long or too much memory to check: nothing is known of it.'

const unchecked: Report = {
  findings: [finding({ rule: 'html.too-much', severity: 'error', text })],
  support: { source: '', nodes: 0, features: [] },
}

/** The same ending as this file, compiled or not; a bundle has it in the folder of its chunks. */
const threadFile = new URL(
  `./checking-thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
  import.meta.url,
)
