import { systemClock } from '../../../mail/clock.ts'
import { testCaptures } from '../../conformance/captures.ts'
import { onAws } from './emulated.ts'

/** The captures of the suite are from January 2026: before they expire. */
let now = Date.UTC(2026, 0, 1, 12)
const clock = { ...systemClock, now: () => now }

/** News are told when they are older than what may still be written. */
const settle = async () => void (now += 3_000)

onAws('on AWS', (aws) =>
  testCaptures('S3', async () => {
    const backend = await aws.backend(clock)
    const { captures, emails, blobs } = backend
    return { captures, emails, blobs, settle, close: () => backend.close() }
  }),
)
