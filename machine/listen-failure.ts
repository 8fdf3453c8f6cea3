import { exitCodes, Failure } from './failure.ts'

/** A place that could not be listened at, and how to choose another. */
interface Place {
  /** What comes there, as a prefix: `SMTP ` or nothing. */
  readonly what: string
  readonly port: number
  readonly host: string
  readonly portVariable: string
  /** Said behind the variable where it can also be switched off. */
  readonly orOff?: string
}

/** Why a server cannot listen, in words for the person who started it. */
export function listenFailure(error: unknown, place: Place): Failure {
  const { code, name } = error as NodeJS.ErrnoException
  return new Failure(exitCodes.no, wordsFor(code, name, place), { cause: error })
}

function wordsFor(code: string | undefined, name: string, place: Place): string {
  const { what, port, host, portVariable, orOff = '' } = place
  switch (code) {
    case 'EADDRINUSE':
      return `${what}port ${port} is in use: another Postern, or set ${portVariable}${orOff}`
    case 'EACCES':
      return `${what}port ${port} may not be used without more rights: set ${portVariable}`
    default:
      return `cannot listen ${what && `for ${what}`}on ${host} (${code ?? name}): set POSTERN_HOST`
  }
}
