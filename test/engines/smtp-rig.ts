import { readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { deadlines } from '../../engines/time/deadlines.ts'
import { smtpEngine } from '../../engines/smtp.ts'
import type { SmtpOptions } from '../../engines/smtp.ts'
import type { Outcome } from '../../mail/email/outcome.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import type { Settings } from '../../mail/settings/settings.ts'
import { testParcel } from '../parcels.ts'
import type { ParcelParts } from '../parcels.ts'
import type { Script } from '../remote/smtp-script.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'
import type { SmtpServer } from '../remote/smtp-server.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import { engineContext } from './engine-context.ts'

export interface RigOptions extends SmtpOptions {
  readonly script?: Script
  readonly smtp?: Partial<Settings['smtp']>
  readonly password?: string
  /** The address of this machine that the server listens on. */
  readonly listenOn?: string
}

/** A raw server and the SMTP engine that is set to send there. */
export interface SmtpRig {
  readonly server: SmtpServer
  readonly engine: Engine
  readonly clock: VirtualClock
  readonly send: (parts?: ParcelParts, signal?: AbortSignal) => Promise<Outcome>
  /** Sends, and takes the signal away as soon as the server falls silent. */
  readonly sendUntilSilence: (parts?: ParcelParts) => Promise<Outcome>
  close(): Promise<void>
}

export async function openSmtpRig(options: RigOptions = {}): Promise<SmtpRig> {
  const { script, smtp, password, listenOn, ...rest } = options
  const server = await startSmtpServer(script, listenOn)
  const place = { host: '127.0.0.1', port: server.port, security: 'none' as const }
  const { clock, engine } = openSmtpEngine({ ...place, ...smtp }, password, rest)
  const send = (parts?: ParcelParts, signal = new AbortController().signal) =>
    engine.send(testParcel(parts), signal)
  return {
    server,
    engine,
    clock,
    send,
    sendUntilSilence(parts) {
      const abort = new AbortController()
      server.events.once('hang', () => abort.abort())
      return send(parts, abort.signal)
    },
    async close() {
      const closed = engine.close()
      // For servers that do not answer QUIT.
      await clock.advance(deadlines.smtp.quit)
      await closed
      await server.close()
    },
  }
}

/** Closed when the test ends. */
export async function openRigInTest(options?: RigOptions): Promise<SmtpRig> {
  const rig = await openSmtpRig(options)
  onTestFinished(() => rig.close())
  return rig
}

/** The engine alone, on a virtual clock. */
export function openSmtpEngine(
  smtp: Partial<Settings['smtp']>,
  password?: string,
  options?: SmtpOptions,
) {
  const secrets: Record<string, string> = password ? { 'smtp.password': password } : {}
  const context = engineContext({ settings: { engine: 'smtp', smtp }, secrets })
  return { clock: context.clock, engine: smtpEngine(context, options) }
}

/** A key and its certificate by name, or the certificate of the private CA; see test/data/tls. */
export function testCertificate(name: 'localhost' | 'elsewhere' | 'expired' | 'self-signed') {
  return { key: pem(`${name}.key`), cert: pem(`${name}.pem`) }
}

export function testCa(): string {
  return pem('ca.pem')
}

function pem(file: string): string {
  return readFileSync(new URL(`../data/tls/${file}`, import.meta.url), 'utf8')
}
