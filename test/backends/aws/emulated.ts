import { describe, inject } from 'vitest'
import type { AwsAccess } from '../../../backends/aws/clients.ts'
import type { Place } from '../../../backends/aws/env.ts'
import { awsBackend, type AwsBackend } from '../../../backends/aws/index.ts'
import { systemClock } from '../../../mail/clock.ts'
import type { Clock } from '../../../mail/ports/clock.ts'
import { noEmulator } from '../../remote/aws-emulator.ts'
import type { FakeSqsOptions } from '../../remote/fake-sqs.ts'
import { accessTo, makePlace, openVirtual, type VirtualAws } from './places.ts'

/** An emulated AWS for the tests of one file, with places to open in it. */
export interface EmulatedAws {
  readonly access: AwsAccess
  /** A table, two queues and a bucket of its own. */
  place(): Promise<Place>
  /** A backend on a place of its own. */
  backend(clock?: Clock): Promise<AwsBackend>
  /** The same with a queue and schedules in virtual time, and faults on the way to it. */
  virtual(options?: FakeSqsOptions): Promise<VirtualAws>
}

/** Tests that want an emulated AWS: skipped, with the reason, where there is none. */
export function onAws(what: string, tests: (aws: EmulatedAws) => void): void {
  const name = noEmulator ? `${what} (${noEmulator})` : what
  describe.skipIf(noEmulator)(name, () => {
    tests({
      get access() {
        return accessTo(sharedEmulator())
      },
      place: () => makePlace(accessTo(sharedEmulator())),
      async backend(clock = systemClock) {
        const place = await makePlace(accessTo(sharedEmulator()))
        return awsBackend(place, { clock, ...accessTo(sharedEmulator()) })
      },
      virtual: (options) => openVirtual(sharedEmulator(), options),
    })
  })
}

/** Of those that `test/remote/shared-emulators.ts` started, the one of this worker. */
function sharedEmulator(): string {
  const emulators = inject('emulators')
  return emulators[Number(process.env['VITEST_POOL_ID']) % emulators.length]!
}
