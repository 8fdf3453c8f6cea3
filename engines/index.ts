import type { EngineContext, OpenEngine } from '../mail/ports/fleet.ts'
import type { Engine } from '../mail/ports/engine.ts'
import type { EngineName } from '../mail/email/engine-name.ts'
import type * as Events from './sendgrid/events.ts'

type Factory = (context: EngineContext) => Promise<Engine>

/** Every engine by its name in the settings. Its file is loaded on first use: only what sends costs. */
export const engineFactories: Readonly<Record<EngineName, Factory>> = {
  disabled: async () => (await import('./disabled.ts')).disabledEngine(),
  noop: async (context) => (await import('./noop.ts')).noopEngine(context),
  smtp: async (context) => (await import('./smtp.ts')).smtpEngine(context),
  sendmail: async (context) => (await import('./sendmail.ts')).sendmailEngine(context),
  sendgrid: async (context) => (await import('./sendgrid.ts')).sendgridEngine(context),
  resend: async (context) => (await import('./resend.ts')).resendEngine(context),
  postmark: async (context) => (await import('./postmark.ts')).postmarkEngine(context),
  mailgun: async (context) => (await import('./mailgun.ts')).mailgunEngine(context),
  ses: async (context) => (await import('./ses.ts')).sesEngine(context),
}

/** Makes an engine. Throws for a name that no engine has: better than mail that goes nowhere. */
export const openEngine: OpenEngine = async (name, context) => {
  if (!Object.hasOwn(engineFactories, name)) throw new Error(`there is no engine "${name}"`)
  return engineFactories[name](context)
}

/** The same for a host with other work to do meanwhile: what takes long has a thread of its own. */
export const openEngineAside: OpenEngine = async (name, context) =>
  name === 'smtp'
    ? (await import('./smtp/in-thread.ts')).smtpInThread(context)
    : openEngine(name, context)

/** Reads what SendGrid says became of emails; loaded with the first batch. */
export async function sendGridBatch(...batch: Parameters<typeof Events.readBatch>) {
  return (await import('./sendgrid/events.ts')).readBatch(...batch)
}
