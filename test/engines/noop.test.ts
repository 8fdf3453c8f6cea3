import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { localBackend } from '../../backends/local/index.ts'
import { noopEngine } from '../../engines/noop.ts'
import type { Captures } from '../../mail/ports/captures.ts'
import { testEngine } from '../conformance/engine.ts'
import type { Received } from '../conformance/engine.ts'
import { testParcel } from '../parcels.ts'
import { engineContext } from './engine-context.ts'

/** The engine on real captures, in a directory of its own. */
async function openRig(mode: 'capture' | 'discard' = 'capture') {
  const directory = mkdtempSync(join(tmpdir(), 'postern-noop-'))
  const context = engineContext({ settings: { noop: { mode } } })
  const backend = localBackend(directory, { clock: context.clock })
  const { captures } = backend
  return {
    engine: noopEngine({ ...context, captures }),
    captures,
    close: async () => {
      backend.close()
      rmSync(directory, { recursive: true })
    },
  }
}

async function receivedFrom(captures: Captures): Promise<Received[]> {
  const { data } = await captures.list({ scope: '*', limit: 100 })
  const kept = await Promise.all(data.toReversed().map(({ id }) => captures.get(id, '*')))
  return Promise.all(
    kept.map(async (one) => {
      const { capture, eml } = one!
      const { subject = '', text = '' } = await PostalMime.parse(eml)
      const visible = Buffer.from(eml).toString()
      return { from: capture.from, to: capture.to, content: eml, subject, text, visible }
    }),
  )
}

const nobodyThere = 'there is no one who could do that'

testEngine(
  'noop',
  async () => {
    const { engine, captures, close } = await openRig()
    const impossible = () => {
      throw new Error(nobodyThere)
    }
    return {
      engine,
      remote: {
        accept: () => undefined,
        refuse: impossible,
        fail: impossible,
        deny: impossible,
        hang: impossible,
        drop: impossible,
        received: () => receivedFrom(captures),
        attempts: 0,
      },
      secrets: [],
      hangIs: 'deferred' as const,
      close,
    }
  },
  {
    skip: {
      'sends with an empty envelope sender': 'a capture shows From, not the envelope sender',
      'tells a refusal as rejected': nobodyThere,
      'tells a failure as deferred': nobodyThere,
      'tells what is about the engine as blocked, never as a fault of the email': nobodyThere,
      'tells a loss after the content as ambiguous': nobodyThere,
      'gives up a hanging remote when the signal aborts': nobodyThere,
      'sends nothing when the signal has aborted before': 'capturing takes no time to speak of',
      'makes exactly one try in each call': nobodyThere,
      'works again when the remote does': nobodyThere,
      'gives a reason of one bounded line with every trouble': nobodyThere,
      'never tells its secrets': nobodyThere,
      'says why a remote would take none': nobodyThere,
      'gives up verifying a hanging remote when the signal aborts': nobodyThere,
    },
  },
)

describe('the noop engine', () => {
  it('keeps a second attempt at the same email as the same capture', async () => {
    const { engine, captures, close } = await openRig()
    const parcel = testParcel({ bcc: ['hidden@example.test'] })
    const signal = new AbortController().signal
    await engine.send(parcel, signal)
    await engine.send(parcel, signal)
    const { data } = await captures.list({ scope: '*', limit: 10 })
    expect(data).toMatchObject([
      {
        id: parcel.id,
        emailId: parcel.id,
        from: 'ann@own.test',
        to: ['bob@example.test', 'hidden@example.test'],
        subject: 'Hello',
        size: (await parcel.composed()).length,
        seen: false,
        outline: { from: { address: 'ann@own.test' }, to: [{ address: 'bob@example.test' }] },
      },
    ])
    await close()
  })

  it('drops with a record when told to discard', async () => {
    const { engine, captures, close } = await openRig('discard')
    const outcome = await engine.send(testParcel(), new AbortController().signal)
    expect(outcome).toEqual({ kind: 'discarded' })
    expect((await captures.list({ scope: '*', limit: 10 })).data).toEqual([])
    await close()
  })
})
