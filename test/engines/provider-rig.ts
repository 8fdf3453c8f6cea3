import { afterEach, beforeEach, expect } from 'vitest'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import { testEngine, type EngineSuiteOptions, type FakeRemote } from '../conformance/engine.ts'
import { testParcel } from '../parcels.ts'
import type { HttpServer } from '../remote/http-server.ts'

interface Fake extends FakeRemote {
  readonly server: HttpServer
  readonly mails: readonly unknown[]
}

/** A fake of a provider, and how the engine is opened at it. */
interface AtProvider<Remote extends Fake> {
  readonly start: () => Promise<Remote>
  readonly open: (remote: Remote) => Engine
}

/** The signal of a caller who waits for any answer. */
export const patient = new AbortController().signal

/**
 * Runs the suite of every engine at a provider that is reached by HTTP.
 *
 * @param secrets what must never be shown
 */
export function testAtProvider<Remote extends Fake>(
  name: string,
  { start, open }: AtProvider<Remote>,
  secrets: readonly string[],
  options?: EngineSuiteOptions,
): void {
  const openHarness = async () => {
    const remote = await start()
    const close = () => remote.server.close()
    return { engine: open(remote), remote, secrets, hangIs: 'ambiguous' as const, close }
  }
  testEngine(name, openHarness, options)
}

/** An engine at its provider, both new for every test. */
export function useProvider<Remote extends Fake>({ start, open }: AtProvider<Remote>) {
  let remote: Remote
  let engine: Engine
  beforeEach(async () => {
    remote = await start()
    engine = open(remote)
  })
  afterEach(async () => {
    await engine.close()
    await remote.server.close()
  })
  const send = (parts: Partial<Parcel> = {}, signal = patient) =>
    engine.send({ ...testParcel(), ...parts }, signal)
  return {
    get remote() {
      return remote
    },
    send,
    verify: () => engine.verify(patient),
    /** Goes on with an engine that is set up otherwise. */
    use: (other: Engine) => {
      engine = other
    },
    /** The request that an email became, which the provider has to take. */
    mailOf: async (parts: Partial<Parcel>): Promise<Remote['mails'][number]> => {
      expect(await send(parts)).toMatchObject({ kind: 'sent' })
      return remote.mails[0]!
    },
  }
}
