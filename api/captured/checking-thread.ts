import { parentPort, workerData } from 'node:worker_threads'
import { checkContent } from '../../mail/check/check.ts'
import type { Whole } from '../../mail/check/whole.ts'

/** The other side of `checkAside`: runs as a thread that checks one email and ends. */
parentPort!.postMessage(await checkContent(workerData as Whole))
