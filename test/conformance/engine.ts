import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Outcome } from '../../mail/email/outcome.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { testParcel } from '../parcels.ts'

/** What stands at the other end of an engine, and does what a test wants. */
export interface FakeRemote {
  readonly accept: () => void
  /** Refuses the next emails for good. */
  readonly refuse: () => void
  /** Fails for now. */
  readonly fail: () => void
  /** Refuses us, not the email: wrong credentials, no permission. */
  readonly deny: () => void
  /** Takes an email and never answers; resolves when it does so. */
  readonly hang: () => Promise<void>
  /** Takes an email, keeps it, and is gone without an answer. */
  readonly drop: () => void
  /** What was kept, oldest first. */
  readonly received: () => Promise<readonly Received[]>
  /** Tries that were made, successful or not. */
  readonly attempts: number
}

export interface Received {
  /** MAIL FROM, or what stands for it. */
  readonly from: string
  readonly to: readonly string[]
  /** The email as bytes; undefined where the engine hands over parts. */
  readonly content?: Uint8Array
  readonly subject: string
  readonly text: string
  /** Everything that recipients can see, as text. */
  readonly visible: string
}

export interface EngineHarness {
  readonly engine: Engine
  readonly remote: FakeRemote
  /** Credentials of the engine, which must never be shown. */
  readonly secrets: readonly string[]
  /** What a hanging remote proves: nothing was taken yet, or it may have been. */
  readonly hangIs: 'deferred' | 'ambiguous'
  close(): Promise<void>
}

export interface EngineSuiteOptions {
  /** Cases that make no sense for an engine, by name, each with the reason. */
  readonly skip?: Readonly<Record<string, string>>
}

type Case = (harness: EngineHarness) => Promise<unknown>

/** What every engine must do, whatever it talks to. */
export function testEngine(
  name: string,
  openHarness: () => Promise<EngineHarness>,
  { skip = {} }: EngineSuiteOptions = {},
): void {
  describe(`engine ${name}`, () => {
    let harness: EngineHarness
    beforeEach(async () => {
      harness = await openHarness()
    })
    afterEach(async () => {
      await harness.engine.close()
      await harness.close()
    })

    it('skips only cases that exist', () => {
      expect(Object.keys(skip).filter((title) => !(title in cases))).toEqual([])
    })

    for (const [title, run] of Object.entries(cases)) {
      const why = skip[title]
      if (why) it.skip(`${title} (${why})`, () => undefined)
      else
        it(title, async () => {
          await run(harness)
        })
    }
  })
}

const patient = () => new AbortController().signal

function send({ engine }: EngineHarness, parcel: Parcel = testParcel()): Promise<Outcome> {
  return engine.send(parcel, patient())
}

const cases: Readonly<Record<string, Case>> = {
  'hands over exactly the envelope it was given'(harness) {
    return expectReceived(harness, testParcel({ to: ['bob@example.test', 'Cid+X@example.test'] }))
  },

  async 'hands over exactly the bytes it was given'(harness) {
    const parcel = testParcel({ text: '.\n..two\nend.\n\n.' })
    const { content } = await expectReceived(harness, parcel)
    expect(Buffer.from(content!)).toEqual(Buffer.from(await parcel.composed()))
  },

  async 'hands over the text without a change'(harness) {
    const text = 'one\n.\n.two\n  three\n\nend'
    const received = await expectReceived(harness, testParcel({ text }))
    expect(lines(received.text)).toBe(text)
  },

  'sends with an empty envelope sender'(harness) {
    return expectReceived(harness, testParcel({ envelopeFrom: '' }))
  },

  async 'hands over a subject beyond ASCII'(harness) {
    const subject = 'Grüße – 你好 👋'
    const received = await expectReceived(harness, testParcel({ subject }))
    expect(received.subject).toBe(subject)
  },

  async 'keeps a blind recipient out of everything the others see'(harness) {
    const parcel = testParcel({ bcc: ['hidden@example.test'] })
    const { visible, to } = await expectReceived(harness, parcel)
    expect(to).toContain('hidden@example.test')
    expect(visible).not.toContain('hidden@')
    expect(visible).not.toMatch(/^bcc:/im)
  },

  async 'hands over very long lines'(harness) {
    const text = `${'x'.repeat(20_000)}\nend`
    const received = await expectReceived(harness, testParcel({ text }))
    expect(lines(received.text)).toBe(text)
  },

  async 'sends one email after the other'(harness) {
    const wanted = ['one', 'two', 'three']
    for (const [i, text] of wanted.entries())
      await send(harness, testParcel({ text, id: `id-${i}` }))
    expect(await texts(harness)).toEqual(wanted)
  },

  async 'sends many at a time, each once'(harness) {
    const wanted = Array.from({ length: 40 }, (_, i) => `email ${i}`)
    const outcomes = await Promise.all(
      wanted.map((text, i) => send(harness, testParcel({ text, id: `id-${i}` }))),
    )
    expect(outcomes.map(({ kind }) => kind).filter((kind) => !isSuccess(kind))).toEqual([])
    expect((await texts(harness)).sort()).toEqual(wanted.sort())
  },

  async 'tells a refusal as rejected'(harness) {
    harness.remote.refuse()
    expect(await send(harness)).toMatchObject({ kind: 'rejected' })
  },

  async 'tells a failure as deferred'(harness) {
    harness.remote.fail()
    expect(await send(harness)).toMatchObject({ kind: 'deferred' })
  },

  async 'tells what is about the engine as blocked, never as a fault of the email'(harness) {
    harness.remote.deny()
    expect(await send(harness)).toMatchObject({ kind: 'blocked' })
  },

  async 'tells a loss after the content as ambiguous'(harness) {
    harness.remote.drop()
    expect(await send(harness)).toMatchObject({ kind: 'ambiguous' })
  },

  async 'gives up a hanging remote when the signal aborts'(harness) {
    const abort = new AbortController()
    void harness.remote.hang().then(() => abort.abort())
    const outcome = await harness.engine.send(testParcel(), abort.signal)
    expect(outcome).toMatchObject({ kind: harness.hangIs })
  },

  async 'sends nothing when the signal has aborted before'(harness) {
    const outcome = await harness.engine.send(testParcel(), AbortSignal.abort())
    expect(outcome).toMatchObject({ kind: 'deferred' })
    expect(await harness.remote.received()).toEqual([])
  },

  async 'makes exactly one try in each call'(harness) {
    const { remote } = harness
    for (const trouble of [remote.refuse, remote.fail, remote.drop]) {
      const before = remote.attempts
      trouble()
      await send(harness)
      expect(remote.attempts - before).toBe(1)
    }
  },

  async 'works again when the remote does'(harness) {
    harness.remote.fail()
    await send(harness)
    harness.remote.accept()
    await expectReceived(harness, testParcel())
  },

  async 'gives a reason of one bounded line with every trouble'(harness) {
    for (const { reason } of await troubles(harness)) {
      expect(reason).toMatch(/^[^\p{Cc}]{1,500}$/u)
    }
  },

  async 'never tells its secrets'(harness) {
    const outcomes = await troubles(harness)
    harness.remote.deny()
    const told = JSON.stringify([...outcomes, await harness.engine.verify(patient())])
    for (const secret of harness.secrets) expect(told).not.toContain(secret)
  },

  async 'verifies a remote that would take mail'({ engine, remote }) {
    expect(await engine.verify(patient())).toMatchObject({ valid: true })
    expect(await remote.received()).toEqual([])
  },

  async 'says why a remote would take none'({ engine, remote }) {
    remote.deny()
    const verdict = await engine.verify(patient())
    expect(verdict).toMatchObject({ valid: false, reason: expect.stringMatching(/\w/) as unknown })
  },

  async 'gives up verifying a hanging remote when the signal aborts'({ engine, remote }) {
    const abort = new AbortController()
    void remote.hang().then(() => abort.abort())
    expect(await engine.verify(abort.signal)).toMatchObject({ valid: false })
  },

  async 'can be closed twice'({ engine }) {
    await engine.close()
    await engine.close()
  },
}

async function expectReceived(harness: EngineHarness, parcel: Parcel): Promise<Received> {
  const outcome = await send(harness, parcel)
  expect(outcome.kind).toSatisfy(isSuccess)
  const received = await harness.remote.received()
  expect(received).toHaveLength(1)
  expect(received[0]).toMatchObject(parcel.envelope)
  return received[0]!
}

function isSuccess(kind: Outcome['kind']): boolean {
  return kind === 'sent' || kind === 'captured'
}

async function texts({ remote }: EngineHarness): Promise<string[]> {
  return (await remote.received()).map(({ text }) => lines(text))
}

/** What is said of every trouble that there is. */
async function troubles(harness: EngineHarness): Promise<Outcome[]> {
  const { remote } = harness
  const outcomes: Outcome[] = []
  for (const trouble of [remote.refuse, remote.fail, remote.drop, remote.deny]) {
    trouble()
    outcomes.push(await send(harness))
  }
  return outcomes
}

function lines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n$/, '')
}
