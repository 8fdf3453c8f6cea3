import { getHeapStatistics } from 'node:v8'
import { compose } from '../../mail/compose/compose.ts'
import { intakeInSteps } from '../../mail/accept/intake.ts'
import { guardian } from '../../mail/guardian/guardian.ts'
import { pace } from '../../mail/deliver/pace.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { settingsInForce } from '../../mail/configure/in-force.ts'
import { withProviderList } from '../../mail/suppress/provider-list.ts'
import { room } from '../../mail/room.ts'
import type { sendWithCandidate } from '../../mail/doctor/test-candidate.ts'
import type { Place } from './env.ts'
import { awsBackend, type AwsOptions } from './index.ts'
import type { Lend } from './lent-files.ts'
import { remembered } from './remembered.ts'
import { selfVerifying } from './self-verifying.ts'
import { askSendFunction, promptQueue, remoteFleet } from './send-function.ts'

/** A Postern that accepts emails and shows what became of them, but sends none itself. */
interface ApiHost {
  readonly postern: Postern
  /** The same, whose emails do not wait behind others: for test emails. */
  readonly forTests: Postern
  /** Has a test email sent with settings that are not in force, where secrets may be read. */
  readonly sendWithCandidate: typeof sendWithCandidate
  /** For files that are too large for the answer of a function. */
  readonly lend: Lend
}

/**
 * How long the depth of the queue is taken for true, in milliseconds: each look is two questions to
 * SQS, one to CloudWatch and some to the table, and a monitor may ask every second.
 */
const depthMs = 10_000

/** For processes that may neither read secrets nor send: the api function, a person's shell. */
export function apiHost(place: Place, options: AwsOptions): ApiHost {
  const { clock, ...access } = options
  const { defaults, locks } = place
  const backend = awsBackend(place, options)
  const ask = askSendFunction(access, place.sendFunctionName)
  const inForce = settingsInForce({ store: backend.copiedSettings, clock, defaults, locks })
  const verify = () => ask({ ask: 'verifyInForce' })
  const postern: Postern = {
    ...backend,
    suppressions: withProviderList(backend.suppressions, async (spellings) => {
      await ask({ ask: 'unlist', spellings })
    }),
    standing: selfVerifying({ ...backend, inForce, verify }),
    queue: {
      ...backend.queue,
      depth: remembered((...asked) => backend.queue.depth(...asked), clock, depthMs),
      lanes: remembered((...asked) => backend.queue.lanes(...asked), clock, depthMs),
    },
    inForce,
    fleet: remoteFleet(ask),
    pace: pace(clock),
    guardian: guardian({ ...backend, inForce }),
    room: room(getHeapStatistics().heap_size_limit),
    compose,
    random: Math.random,
  }
  const queue = promptQueue(backend.queue, ask)
  return {
    postern,
    forTests: { ...postern, intake: intakeInSteps({ ...backend, queue }) },
    lend: backend.lend,
    sendWithCandidate: (_postern, candidate, wish, caller) =>
      ask({ ask: 'sendWithCandidate', candidate, wish, caller }),
  }
}
