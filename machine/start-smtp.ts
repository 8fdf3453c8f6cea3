import { readFileSync } from 'node:fs'
import type { Access } from '../mail/keys/gate.ts'
import type { Postern } from '../mail/ports/postern.ts'
import type { Environment } from './environment.ts'
import { Failure, usage } from './failure.ts'
import { listenFailure } from './listen-failure.ts'
import type { Log } from './log.ts'

/** Where emails are taken over SMTP, or why they are not. */
export type SmtpPlace = { readonly url: string } | { readonly off: string }

export interface StartedSmtp {
  readonly place: SmtpPlace
  close(): Promise<void>
}

const usualPort = 1025

export interface SmtpHost {
  readonly environment: Environment
  readonly access: Access
  /** Under its name this machine reaches SMTP too. */
  readonly httpUrl: string
  readonly log: Log
}

/**
 * Starts the SMTP side, unless it is switched off or would have passwords cross a network in clear.
 *
 * @throws Failure in words for the user
 */
export async function startSmtp(
  postern: Postern,
  { environment, access, httpUrl, log }: SmtpHost,
): Promise<StartedSmtp> {
  const { host, port: httpPort, smtpTls } = environment
  const off = reasonForOff(environment, access)
  if (off) return { place: { off }, close: () => Promise.resolve() }
  const smtpPort = environment.smtpPort === 'off' ? undefined : environment.smtpPort
  // Loaded on first use: who switched it off need not wait for it.
  const { serveSmtp } = await import('../submission/server.ts')
  const tls = smtpTls && { cert: readPem(smtpTls.cert), key: readPem(smtpTls.key) }
  try {
    // A free HTTP port means that another Postern may be running.
    const port = smtpPort ?? (httpPort === 0 ? 0 : usualPort)
    const server = await serveSmtp(postern, { port, host, access, tls, log }).catch(
      (error: unknown) => {
        throw inWords(error, port, host)
      },
    )
    const { hostname } = new URL(httpUrl)
    return { place: { url: `smtp://${hostname}:${server.port}` }, close: () => server.close() }
  } catch (error) {
    // The port was only a default: another program has it, and HTTP works without.
    if (smtpPort !== undefined || !(error instanceof Failure)) throw error
    return { place: { off: error.message }, close: () => Promise.resolve() }
  }
}

function reasonForOff({ smtpPort, smtpTls, host }: Environment, access: Access) {
  if (smtpPort === 'off') return 'POSTERN_SMTP_PORT is "off"'
  if (access === 'keys' && !smtpTls)
    return `${host} is reachable from elsewhere, set POSTERN_SMTP_CERT and POSTERN_SMTP_KEY`
  return undefined
}

function inWords(error: unknown, port: number, host: string): Failure {
  if ((error as NodeJS.ErrnoException).syscall !== undefined)
    return listenFailure(error, smtpPlace(port, host))
  const words = 'POSTERN_SMTP_CERT and POSTERN_SMTP_KEY must be a certificate and its key, as PEM'
  return Object.assign(usage(words), { cause: error })
}

function smtpPlace(port: number, host: string) {
  const [portVariable, orOff] = ['POSTERN_SMTP_PORT', ' (off: no SMTP)']
  return { what: 'SMTP ', port, host, portVariable, orOff }
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const words = `POSTERN_SMTP_CERT, POSTERN_SMTP_KEY: ${path} cannot be read (${code})`
    throw Object.assign(usage(words), { cause })
  }
}
