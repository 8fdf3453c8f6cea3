/** What the exit code of the command line says. Scripts rely on these numbers. */
export const exitCodes = {
  fine: 0,
  /** The answer is no, or something is wrong. */
  no: 1,
  /** The command or the environment is wrong: nothing was tried. */
  usage: 2,
  unreachable: 3,
  /** To a mail server, by sysexits.h: what it handed over is not fit. */
  dataError: 65,
  /** To a mail server: hand it over again later. */
  tryAgain: 75,
} as const

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Ends a command with words for the user; `main` prints them and exits with the code. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** The command or its surroundings are wrong. */
export function usage(message: string): Failure {
  return new Failure(exitCodes.usage, message)
}
