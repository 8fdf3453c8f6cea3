import { systemClock } from '../../../mail/clock.ts'
import { testCaptures } from '../../conformance/captures.ts'
import { onAws } from './emulated.ts'

/** The captures of the suite are from January 2026: before they expire. */
const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 1, 12) }

onAws('on AWS', (aws) =>
  testCaptures('S3', async () => {
    const backend = await aws.backend(clock)
    const { captures, emails, blobs } = backend
    return { captures, emails, blobs, close: () => backend.close() }
  }),
)
