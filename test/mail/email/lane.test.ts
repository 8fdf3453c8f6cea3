import fc from 'fast-check'
import { expect, it } from 'vitest'
import { laneOf, partsOfLane } from '../../../mail/email/lane.ts'
import { streams } from '../../../mail/email/stream.ts'

it('a lane says its stream and its domain', () => {
  const domain = fc.domain()
  fc.assert(
    fc.property(fc.constantFrom(...streams), domain, fc.boolean(), (stream, host, capture) => {
      const recipients = [{ address: `a@${host}`, state: 'queued' as const }]
      const lane = laneOf({ stream, capture, recipients })
      expect(partsOfLane(lane)).toEqual({ stream, domain: capture ? 'capture' : host })
    }),
  )
})

it('what waited before there were streams is transactional, in the lane of its domain', () => {
  const recipients = [{ address: 'a@there.test', state: 'queued' as const }]
  expect(laneOf({ stream: 'transactional', capture: false, recipients })).toBe('there.test')
  expect(partsOfLane('capture')).toEqual({ stream: 'transactional', domain: 'capture' })
})
