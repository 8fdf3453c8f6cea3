import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localBackend, type LocalBackend } from '../backends/local/index.ts'
import { openEngine } from '../engines/index.ts'
import { compose } from '../mail/compose/compose.ts'
import type { Content } from '../mail/email/email.ts'
import type { EmailRequest } from '../mail/request/email-request.ts'
import { fleet } from '../mail/deliver/fleet.ts'
import type { Deployed, OpenEngine } from '../mail/ports/fleet.ts'
import type { Outcome } from '../mail/email/outcome.ts'
import { guardian } from '../mail/guardian/guardian.ts'
import { pace } from '../mail/deliver/pace.ts'
import { room } from '../mail/room.ts'
import type { Parcel } from '../mail/email/parcel.ts'
import type { Engine } from '../mail/ports/engine.ts'
import type { Postern } from '../mail/ports/postern.ts'
import type { EngineName } from '../mail/email/engine-name.ts'
import type { SavedSettings } from '../mail/settings/layers.ts'
import { settingsInForce } from '../mail/configure/in-force.ts'
import { virtualClock, type VirtualClock } from './virtual-clock.ts'

export interface TestPostern {
  readonly postern: Postern
  readonly backend: LocalBackend
  readonly clock: VirtualClock
  readonly directory: string
  /** Saves settings over whatever is there, as if an administrator had. */
  configure(settings: SavedSettings): Promise<void>
  close(): Promise<void>
}

export interface TestOptions {
  readonly settings?: SavedSettings
  readonly defaults?: SavedSettings
  readonly locks?: SavedSettings
  /** Engines of the test's own in place of the real ones. */
  readonly engines?: Partial<Record<EngineName, Engine>>
  /** Opens all of them in place of the real ones. */
  readonly open?: OpenEngine
  /** For the real ones. */
  readonly deployed?: Deployed
}

/** A whole Postern on a temporary directory and a virtual clock. */
export async function openPostern(options: TestOptions = {}): Promise<TestPostern> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-'))
  const clock = virtualClock()
  const backend = localBackend(directory, { clock })
  const { defaults, locks, engines = {}, open = openEngine, deployed } = options
  const inForce = settingsInForce({ store: backend.settings, clock, defaults, locks })
  const ships = fleet({
    open: async (name, context) => engines[name] ?? open(name, context),
    store: backend.settings,
    captures: backend.captures,
    clock,
    deployed,
  })
  const postern = {
    ...backend,
    inForce,
    fleet: ships,
    pace: pace(clock),
    guardian: guardian({ ...backend, inForce }),
    room: room(1e9),
    compose,
    random: Math.random,
  }
  async function configure(settings: SavedSettings) {
    const { version } = await backend.settings.read()
    await backend.settings.write(settings, {}, version)
    await inForce.refresh()
  }
  await configure({ from: { address: 'no-reply@own.test' }, ...options.settings })
  return {
    postern,
    backend,
    clock,
    directory,
    configure,
    async close() {
      await ships.close()
      backend.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** An engine that answers what the test tells it to, and remembers what it was handed. */
export function scriptedEngine(
  name: EngineName,
  answer: (parcel: Parcel) => Outcome | Promise<Outcome>,
) {
  const parcels: Parcel[] = []
  const signals: AbortSignal[] = []
  const engine: Engine = {
    name,
    async send(parcel, signal) {
      parcels.push(parcel)
      signals.push(signal)
      return answer(parcel)
    },
    verify: async () => ({ valid: true }),
    rate: async () => null,
    close: async () => undefined,
  }
  return { engine, parcels, signals }
}

/** As `accept` is asked for an email: this one, at any time. */
export function asking(request: EmailRequest): () => { request: EmailRequest } {
  return () => ({ request })
}

/** A plain request, complete but for what a test is about. */
export function emailRequest(change: Partial<EmailRequest> = {}): EmailRequest {
  const content: Content = { kind: 'structured', text: 'hello', headers: {}, attachments: [] }
  return {
    from: { address: 'ann@caller.test' },
    to: [{ address: 'bob@there.test' }],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'Hello',
    tags: [],
    content,
    ...change,
  }
}
