import { hostname } from 'node:os'
import type { Postern } from '../mail/ports/postern.ts'
import type { SmtpOptions } from '../submission/server.ts'
import { certificateOf } from './certificate.ts'
import { connectionLimit } from './connection-limit.ts'
import type { Environment } from './environment.ts'
import { listenFailure } from './listen-failure.ts'
import type { Log } from './log.ts'

/** The door for the bounce domain. */
interface ReturnedDoor {
  readonly port?: number
  renew(): void
  close(): Promise<void>
}

interface Watching {
  readonly log: Log
  readonly refused: (reason: string) => void
  readonly onSession: SmtpOptions['onSession']
}

/** Connections at a time; a server that finds none free comes again. */
const mostSessions = 50

/**
 * Opens the door for email that comes back, where the environment names a port for it.
 *
 * @throws Failure in words for the user
 */
export async function startReturned(
  postern: Postern,
  environment: Environment,
  { log, refused, onSession }: Watching,
): Promise<ReturnedDoor> {
  const { bouncePort: port, bounceHost: host, proxies } = environment
  if (port === undefined) return { renew: () => undefined, close: () => Promise.resolve() }
  const [{ serveSmtp }, steps] = await Promise.all([
    import('../submission/server.ts'),
    import('../submission/returned-steps.ts'),
  ])
  const door = steps.returnedSteps({ ...postern, refused })
  const strangers = {
    bytes: steps.mostReturnedBytes,
    recipients: steps.mostReturnedRecipients,
    sessions: mostSessions,
  }
  const certificate = await certificateOf(environment, hostname())
  const connections = connectionLimit({ most: mostSessions, shared: proxies })
  const doors = { needsTls: false, implicitTls: false, certificate, connections, strangers }
  return serveSmtp(door, { port, host, log, onSession, ...doors }).catch((error: unknown) => {
    throw listenFailure(error, { what: 'SMTP for bounces ', ...variables, port, host })
  })
}

const variables = { portVariable: 'POSTERN_BOUNCE_PORT', hostVariable: 'POSTERN_BOUNCE_HOST' }
