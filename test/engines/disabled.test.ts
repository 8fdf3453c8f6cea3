import { disabledEngine } from '../../engines/disabled.ts'
import { testEngine } from '../conformance/engine.ts'

const sendsNothing = 'it sends nothing, and says so'
const ignore = () => undefined

testEngine(
  'disabled',
  async () => ({
    engine: disabledEngine(),
    remote: {
      accept: ignore,
      refuse: ignore,
      fail: ignore,
      deny: ignore,
      hang: () => Promise.resolve(),
      drop: ignore,
      received: async () => [],
      attempts: 0,
    },
    secrets: [],
    hangIs: 'deferred' as const,
    close: async () => undefined,
  }),
  {
    skip: {
      'hands over exactly the envelope it was given': sendsNothing,
      'hands over exactly the bytes it was given': sendsNothing,
      'hands over the text without a change': sendsNothing,
      'sends with an empty envelope sender': sendsNothing,
      'hands over a subject beyond ASCII': sendsNothing,
      'keeps a blind recipient out of everything the others see': sendsNothing,
      'hands over very long lines': sendsNothing,
      'sends one email after the other': sendsNothing,
      'sends many at a time, each once': sendsNothing,
      'tells a refusal as rejected': sendsNothing,
      'tells a failure as deferred': sendsNothing,
      'tells a loss after the content as ambiguous': sendsNothing,
      'gives up a hanging remote when the signal aborts': sendsNothing,
      'sends nothing when the signal has aborted before': 'it is blocked, not deferred',
      'makes exactly one try in each call': sendsNothing,
      'works again when the remote does': sendsNothing,
      'verifies a remote that would take mail': sendsNothing,
    },
  },
)
