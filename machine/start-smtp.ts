import { hostname } from 'node:os'
import type { Access } from '../mail/keys/gate.ts'
import type { Postern } from '../mail/ports/postern.ts'
import type { Certificate, SmtpListener, SmtpOptions } from '../submission/server.ts'
import { certificateOf } from './certificate.ts'
import { connectionLimit } from './connection-limit.ts'
import type { Environment } from './environment.ts'
import { exitCodes, Failure, usage } from './failure.ts'
import { listenFailure } from './listen-failure.ts'
import type { Log } from './log.ts'

/** Where emails are taken over SMTP, or why they are not. */
export type SmtpPlace =
  | {
      readonly url: string
      /** With TLS from the first byte. */
      readonly tlsUrl?: string
    }
  | { readonly off: string }

interface StartedSmtp {
  readonly place: SmtpPlace
  /** Reads the certificates again. */
  readonly renew: () => void
  close(): Promise<void>
}

/** A port of the environment, and the one that is taken where none is named. */
interface Door {
  readonly variable: string
  readonly wanted?: number | 'off'
  readonly usual: number
  readonly implicitTls: boolean
}

interface SmtpHost {
  readonly environment: Environment
  readonly access: Access
  /** Under its name this machine reaches SMTP too. */
  readonly httpUrl: string
  readonly log: Log
  readonly onSession: SmtpOptions['onSession']
}

/**
 * Starts the SMTP side, unless it is switched off or would have passwords cross a network in clear.
 *
 * @throws Failure in words for the user
 */
export async function startSmtp(
  postern: Postern,
  { environment, access, httpUrl, log, onSession }: SmtpHost,
): Promise<StartedSmtp> {
  if (environment.smtpPort === 'off') return off('POSTERN_SMTP_PORT is "off"')
  const certificate = await certificateOf(environment, hostname())
  const needsTls = access === 'keys' && !environment.smtpPlain
  if (needsTls && !certificate) return off(withoutTls(environment))
  // Loaded on first use: who switched it off need not wait for it.
  const [{ mostSessions, serveSmtp }, { smtpSteps }, { spoolIn }] = await Promise.all([
    import('../submission/server.ts'),
    import('../submission/session.ts'),
    import('../submission/spool.ts'),
  ])
  const spool = spoolIn(environment.directory)
  const steps = smtpSteps(postern, { access, needsTls, spool })
  const connections = connectionLimit({ most: mostSessions, shared: environment.proxies })
  const { host } = environment
  const shared = { host, needsTls, certificate, connections, log, onSession }
  const open = (door: Door) =>
    listen(door, environment, (port) => {
      const { implicitTls } = door
      return serveSmtp(steps, { ...shared, port, implicitTls })
    })
  const { smtpPort, smtpsPort } = environment
  const plain = await open({ ...plainDoor, wanted: smtpPort })
  if ('off' in plain) return off(plain.off)
  const tls = await openTls(certificate, { ...tlsDoor, wanted: smtpsPort }, open)
  const at = ({ port }: SmtpListener, scheme: string) =>
    `${scheme}://${new URL(httpUrl).hostname}:${port}`
  return {
    place: { url: at(plain, 'smtp'), ...(tls && { tlsUrl: at(tls, 'smtps') }) },
    renew() {
      plain.renew()
      tls?.renew()
    },
    close: async () => void (await Promise.all([plain.close(), tls?.close()])),
  }
}

const plainDoor = { variable: 'POSTERN_SMTP_PORT', usual: 1025, implicitTls: false }
const tlsDoor = { variable: 'POSTERN_SMTPS_PORT', usual: 1465, implicitTls: true }

/** STARTTLS is there on the other port, so this one may be missing. */
async function openTls(
  certificate: Certificate | undefined,
  door: Door,
  open: (door: Door) => Promise<SmtpListener | { readonly off: string }>,
): Promise<SmtpListener | undefined> {
  if (!certificate || door.wanted === 'off') return undefined
  const listener = await open(door)
  return 'off' in listener ? undefined : listener
}

async function listen(
  { variable, wanted, usual }: Door,
  { host, port: httpPort }: Environment,
  serve: (port: number) => Promise<SmtpListener>,
): Promise<SmtpListener | { readonly off: string }> {
  // A free HTTP port means that another Postern may be running.
  const port = typeof wanted === 'number' ? wanted : httpPort === 0 ? 0 : usual
  try {
    return await serve(port).catch((error: unknown) => {
      throw inWords(error, { port, host, portVariable: variable })
    })
  } catch (error) {
    // The port was only a default: another program has it, and HTTP works without.
    const isTaken = error instanceof Failure && error.exitCode !== exitCodes.usage
    if (wanted !== undefined || !isTaken) throw error
    return { off: error.message }
  }
}

function off(reason: string): StartedSmtp {
  return { place: { off: reason }, renew: () => undefined, close: () => Promise.resolve() }
}

function withoutTls({ host }: Environment): string {
  return (
    `${host} is reachable from elsewhere: set POSTERN_TLS_CERT and POSTERN_TLS_KEY, or ` +
    `POSTERN_TLS_SELF_SIGNED=on, or in a container's private network POSTERN_SMTP_PLAIN=on`
  )
}

function inWords(
  error: unknown,
  place: { port: number; host: string; portVariable: string },
): unknown {
  if (error instanceof Failure) return error
  if ((error as NodeJS.ErrnoException).syscall !== undefined)
    return listenFailure(error, { what: 'SMTP ', orOff: ' (off: no SMTP)', ...place })
  const words = 'POSTERN_TLS_CERT and POSTERN_TLS_KEY must be a certificate and its key, as PEM'
  return Object.assign(usage(words), { cause: error })
}
