import type { Check } from '../check.ts'
import { alarmIsTold } from './alarm.ts'
import { firstEmail, fromTheQueue, tenWaits } from './capturing.ts'
import { envelope, fromWithName, fromHeader, tagWithAt } from './composing.ts'
import { notRunning, tooLarge, tooMany } from './gateway.ts'
import { knownIdentity, strangeIdentity } from './identity.ts'
import { largeBatch } from './large.ts'
import { oldestAge } from './oldest-age.ts'
import { deployAgain, otherRegion } from './redeploying.ts'
import { scheduled } from './scheduled.ts'
import { simulated } from './simulator.ts'
import { wrongLength } from './uploading.ts'

/** Everything that is asked, in this order; what leaves the deployments changed comes last. */
export const checks: readonly Check[] = [
  firstEmail,
  fromTheQueue,
  tenWaits,
  scheduled,
  wrongLength,
  alarmIsTold,
  oldestAge,
  strangeIdentity,
  knownIdentity,
  ...simulated,
  fromWithName,
  fromHeader,
  envelope,
  tagWithAt,
  largeBatch,
  tooLarge,
  tooMany,
  notRunning,
  otherRegion,
  deployAgain,
]
