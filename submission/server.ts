import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import type { Told } from '../mail/told.ts'
import { mostContentBytes, mostRecipients } from '../mail/request/email-request.ts'
import { troubleLine } from '../mail/trouble.ts'
import { takeBareNames } from './bare-names.ts'
import { callersOf, type Connections } from './callers.ts'
import { refusalOf } from './refusal.ts'
import { sessionLog, type SessionTold } from './session-log.ts'
import type { SmtpSteps } from './session.ts'

export interface SmtpOptions {
  /** 0 picks a free one. */
  readonly port: number
  readonly host: string
  /** Reachable from elsewhere, where others may listen: no password is asked for before TLS. */
  readonly needsTls: boolean
  /** Without it STARTTLS is not offered. */
  readonly certificate?: Certificate
  /** TLS from the first byte (RFC 8314 section 3.3); needs the certificate. */
  readonly implicitTls: boolean
  /** Fewer and smaller than submission takes, and no login, for a door that is open to all. */
  readonly strangers?: Bounds
  /** Which connections may be open at a time. */
  readonly connections?: Connections
  /** Takes what went wrong here, fit for any log: no addresses, contents or secrets. */
  readonly log: (line: Told) => void
  /** Told of each session once it has ended. */
  readonly onSession?: ((told: SessionTold) => void) | undefined
}

interface Bounds {
  readonly bytes: number
  readonly recipients: number
  readonly sessions: number
}

/** A certificate that may be renewed while it is in use. */
export interface Certificate {
  /** @throws Error when it cannot be read */
  read(): CertificatePair
  /** Another text once it was renewed; undefined where that cannot be told now. */
  version(): string | undefined
}

/** PEM. */
export interface CertificatePair {
  readonly cert: Buffer
  readonly key: Buffer
}

export interface SmtpListener {
  readonly port: number
  /** Reads the certificate again now, changed or not. */
  renew(): void
  /** Takes no new email and resolves when the open ones are answered. */
  close(): Promise<void>
}

/** One more at the same time is told to come back (421). */
export const mostSessions = 500

/**
 * A client that is silent for so long is cut off, in milliseconds. RFC 5321 section 4.5.3.2.7 gives
 * it 5 min, and one that keeps connections as long should be first to close them.
 */
const silenceMs = 330_000

/** When stopping, an email that takes longer to come is cut off, in milliseconds. */
const patienceMs = 5_000

/**
 * Takes emails over SMTP, for applications that speak nothing else. They go the same way as over
 * HTTP: 250 after DATA means that the email is durable.
 *
 * @param steps shared by all listeners, because they bound what is in memory
 * @throws Error when it cannot listen there, or the certificate is not one
 */
export async function serveSmtp(steps: SmtpSteps, options: SmtpOptions): Promise<SmtpListener> {
  const inHand = new Set<string>()
  const callers = callersOf(options.connections, !options.implicitTls)
  const sessions = sessionLog(options.onSession)
  let stopping = false

  function refuse(error: unknown, session: SMTPServerSession) {
    const refusal = refusalOf(error)
    sessions.refused(session, refusal)
    if (refusal.responseCode < 500 && refusal !== error)
      options.log({ level: 'error', what: 'SMTP submission failed', ...troubleLine(error) })
    return refusal
  }

  const server = open(options, {
    begin: (session) => sessions.begin(session),
    onClose: (session) => sessions.end(session),
    onAuth: ({ username, password }, session, callback) =>
      void steps.logIn(username ?? '', password ?? '').then(
        (user) => {
          callers.know(session)
          callback(null, { user })
        },
        (error: unknown) => callback(refuse(error, session)),
      ),
    onMailFrom: (from, session, callback) =>
      void steps.begin(from, session).then(
        () => callback(),
        (error: unknown) => callback(refuse(error, session)),
      ),
    onRcptTo: (recipient, session, callback) =>
      void steps.addRecipient(recipient, session).then(
        () => callback(),
        (error: unknown) => callback(refuse(error, session)),
      ),
    onData(stream, session, callback) {
      inHand.add(session.id)
      const rest = callers.send(stream, session)
      const done = (error: Error | null, words?: string) => {
        inHand.delete(session.id)
        rest()
        if (!error) {
          callers.know(session)
          sessions.accepted(session)
        }
        callback(error, words)
        if (stopping) dismiss()
      }
      steps.take(stream, session).then(
        (words) => done(null, words),
        (error: unknown) => done(refuse(error, session)),
      )
    },
  })

  /** Clients keep idle connections for their next email; nothing of theirs is lost. */
  function dismiss() {
    for (const connection of server.connections)
      if (!inHand.has(connection.id)) connection.send(421, '4.3.2 Postern is stopping')
  }

  server.server.prependListener('connection', callers.admit)
  await listen(server, options)
  return {
    port: (server.server.address() as AddressInfo).port,
    renew: () => options.certificate && renew(server, options),
    close() {
      stopping = true
      const closed = new Promise<void>((resolve) => server.close(resolve))
      dismiss()
      return closed
    },
  }
}

interface Handlers extends Pick<
  SMTPServerOptions,
  'onAuth' | 'onMailFrom' | 'onRcptTo' | 'onData' | 'onClose'
> {
  readonly begin: (session: SMTPServerSession) => void
}

function open(options: SmtpOptions, { begin, ...handlers }: Handlers): SMTPServer {
  const { needsTls, certificate, implicitTls, strangers } = options
  // Orders of old sendmail, which smtp-server answers with jokes.
  const jokes = ['WIZ', 'SHELL', 'KILL', ...(strangers ? ['AUTH'] : [])]
  const server = new SMTPServer({
    ...handlers,
    ...certificate?.read(),
    secure: implicitTls,
    disabledCommands: certificate ? jokes : [...jokes, 'STARTTLS'],
    onConnect(session, callback) {
      begin(session)
      if (needsTls && !session.secure) session.disabledCommands = ['AUTH', ...jokes]
      for (const one of server.connections) if (one.id === session.id) takeBareNames(one)
      callback()
    },
    onSecure(_socket, session, callback) {
      session.disabledCommands = undefined
      callback()
    },
    // Whether it is needed can change while it runs: each email asks.
    authOptional: true,
    allowInsecureAuth: !needsTls,
    size: strangers?.bytes ?? mostContentBytes,
    maxRecipients: strangers?.recipients ?? mostRecipients,
    maxClients: strangers?.sessions ?? mostSessions,
    socketTimeout: silenceMs,
    closeTimeout: patienceMs,
    disableReverseLookup: true,
    banner: 'Postern',
    heloResponse: '%s',
    // The one strict parser judges them, with the rule that is broken.
    lenientAddressParsing: true,
    logger: false,
  })
  let version = certificate?.version()
  server.server.prependListener('connection', () => {
    const now = certificate?.version() ?? version
    if (now !== version) renew(server, options)
    version = now
  })
  return server
}

/** A new certificate that cannot be used is told of, and the old one goes on. */
function renew(server: SMTPServer, { certificate, log }: SmtpOptions) {
  try {
    server.updateSecureContext(certificate?.read())
    log({ level: 'info', what: 'certificate for SMTP read again' })
  } catch (error) {
    log({
      level: 'error',
      what: 'the new certificate for SMTP is not usable',
      ...troubleLine(error),
    })
  }
}

function listen(server: SMTPServer, { port, host }: SmtpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // Later ones are about one connection each: it is gone, and nothing of it was accepted.
    server.on('error', () => undefined)
    server.listen({ port, host }, resolve)
  })
}
