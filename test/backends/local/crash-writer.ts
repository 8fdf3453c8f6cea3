import { writeSync } from 'node:fs'
import { localBackend } from '../../../backends/local/index.ts'
import { systemClock } from '../../../mail/clock.ts'
import { newId } from '../../../mail/email/id.ts'
import { anEmail } from '../../conformance/email-samples.ts'

/** Accepts as fast as it can and tells each id once it is accepted, until it is killed. */
const backend = localBackend(process.argv[2]!, { clock: systemClock })

async function accept() {
  const id = newId(Date.now())
  await Promise.all([
    backend.blobs.put(`content/${id}`, Buffer.from(`content of ${id}`)),
    backend.emails.create(anEmail({ id })),
    backend.queue.put([{ id, capture: false, since: 0, recipients: 1, lane: 'example.org' }]),
  ])
  writeSync(1, `${id}\n`)
}

async function writer() {
  for (;;) await accept()
}

await Promise.all(Array.from({ length: 20 }, writer))
