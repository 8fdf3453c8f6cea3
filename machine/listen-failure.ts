import { exitCodes, Failure } from './failure.ts'

/** What could not listen, and how to choose another place for it. */
interface Listener {
  /** What comes there, as a prefix: `SMTP ` or nothing. */
  readonly what: string
  readonly port: number
  readonly host: string
  readonly portVariable: string
  /** Where that is not that of most. */
  readonly hostVariable?: string
  /** Said behind the variable where it can also be switched off. */
  readonly orOff?: string
}

/** Why a server cannot listen, in words for the person who started it. */
export function listenFailure(error: unknown, listener: Listener): Failure {
  const { code, name } = error as NodeJS.ErrnoException
  return new Failure(exitCodes.no, wordsFor(code, name, listener), { cause: error })
}

function wordsFor(code: string | undefined, name: string, listener: Listener): string {
  const { what, port, host, portVariable, hostVariable = 'POSTERN_HOST', orOff = '' } = listener
  switch (code) {
    case 'EADDRINUSE':
      return `${what}port ${port} is in use: another Postern, or set ${portVariable}${orOff}`
    case 'EACCES':
      return `${what}port ${port} may not be used without more rights: set ${portVariable}`
    default:
      return `cannot listen ${what && `for ${what}`}on ${host} (${code ?? name}): set ${hostVariable}`
  }
}
