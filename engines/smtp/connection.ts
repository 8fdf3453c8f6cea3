import type { Socket } from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { openDialogue } from './dialogue.ts'
import type { Dialogue } from './dialogue.ts'
import type { Target } from './target.ts'

/** nodemailer's connection until the login, as promises, and what was said on it. */
export interface Connection {
  readonly smtp: SMTPConnection
  readonly dialogue: Dialogue
  readonly alive: boolean
  /**
   * Lets nodemailer do one thing. Rejects when the connection is lost, or when the signal
   * aborts, which destroys the connection first: not one byte more leaves.
   */
  ask<T>(signal: AbortSignal, start: (done: Done<T>) => void): Promise<T>
  /** STARTTLS has put another one in place of ours. */
  readonly socket: Socket
  /** Runs when the connection is over, or at once when it is over already. */
  whenOver(then: () => void): void
  /** @param why what those who wait are told, unless the connection was lost before */
  destroy(why?: Error): void
}

export type Done<T> = (error?: Error | null, result?: T) => void

/**
 * Time to get from the DNS lookup to the end of the login, in milliseconds. Less than the 20 s of
 * an attempt, so that the reason tells what was slow.
 */
export const setUpMs = 15_000

/** Bytes of one reply: before the first email there is no reason for a long one. */
const longestSetUpReply = 65_536

export function connectionOn(socket: Socket, target: Target): Connection {
  const dialogue = openDialogue()
  const smtp = new SMTPConnection(optionsOf(socket, target, dialogue))
  let alive = true
  let loss: Error | undefined
  // nodemailer may report a second error; without a listener the process would end.
  smtp.on('error', (error: Error) => (loss ??= error))
  smtp.once('end', () => (alive = false))

  function destroy(why?: Error) {
    loss ??= why
    socket.destroy()
    smtp.close()
  }

  return {
    smtp,
    dialogue,
    get alive() {
      return alive
    },
    ask<T>(signal: AbortSignal, start: (done: Done<T>) => void) {
      const { promise, resolve, reject } = Promise.withResolvers<T>()
      const over = () => reject(loss ?? new Error('the connection was closed'))
      const abort = () => {
        reject(new Error(`no answer to ${dialogue.waitingFor} in time`))
        destroy()
      }
      smtp.once('end', over)
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
      else if (!alive) over()
      else start((error, result) => (error ? reject(error) : resolve(result as T)))
      return promise.finally(() => {
        smtp.off('end', over)
        signal.removeEventListener('abort', abort)
      })
    },
    get socket() {
      return smtp._socket || socket
    },
    whenOver: (then) => void (alive ? smtp.once('end', then) : then()),
    destroy,
  }
}

function optionsOf(socket: Socket, target: Target, dialogue: Dialogue) {
  const { host, port, security, heloName, tls } = target
  return {
    host,
    port,
    connection: socket,
    secure: security === 'tls',
    secured: security === 'tls',
    requireTLS: security === 'starttls',
    opportunisticTLS: security === 'opportunistic',
    ignoreTLS: security === 'none',
    ...(heloName && { name: heloName }),
    tls,
    // The dialogue is the record that outcomes are judged by.
    logger: dialogue.logger,
    transactionLog: true,
    maxResponseSize: longestSetUpReply,
    // One deadline bounds all of it, ours; nodemailer's must not come first.
    connectionTimeout: 2 * setUpMs,
    greetingTimeout: 2 * setUpMs,
    // What we end is over at once: nothing of ours waits in a socket for the peer.
    socketCloseTimeout: 0,
  }
}
