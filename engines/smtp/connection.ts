import type { Socket } from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Clock } from '../../mail/ports/clock.ts'
import { openDialogue } from './dialogue.ts'
import type { Dialogue } from './dialogue.ts'
import { addressLiteral } from './hello-name.ts'
import { timeFor } from './steps.ts'
import type { Target } from './target.ts'
import { watch } from './watch.ts'
import { dayMs } from '../../mail/email/time.ts'

/** nodemailer's connection until the login, as promises, and what was said on it. */
export interface Connection {
  readonly smtp: SMTPConnection
  readonly dialogue: Dialogue
  readonly alive: boolean
  /**
   * Lets nodemailer do one thing. Rejects when the connection is lost, when one of its steps takes
   * too long, or when the signal aborts; both destroy the connection first: not one byte more
   * leaves.
   *
   * @param ms how long it may take, unless what the server owes an answer to says that
   */
  ask<T>(signal: AbortSignal, start: (done: Done<T>) => void, ms?: number): Promise<T>
  /** STARTTLS has put another one in place of ours. */
  readonly socket: Socket
  /** Runs when the connection is over, or at once when it is over already. */
  whenOver(then: () => void): void
  /** @param why what those who wait are told, unless the connection was lost before */
  destroy(why?: Error): void
}

type Done<T> = (error?: Error | null, result?: T) => void

/** Bytes of one reply: before the first email there is no reason for a long one. */
const longestSetUpReply = 65_536

export function connectionOn(socket: Socket, target: Target, clock: Clock): Connection {
  let asking = false
  const dialogue = openDialogue(() => asking && timer.start(timeFor(dialogue)))
  const timer = watch(clock, () => destroy(overdue()))
  const smtp = new SMTPConnection(optionsOf(socket, target, dialogue))
  let alive = true
  let loss: Error | undefined
  // nodemailer may report a second error; without a listener the process would end.
  smtp.on('error', (error: Error) => (loss ??= error))
  smtp.once('end', () => {
    alive = false
    timer.close()
  })

  function overdue() {
    return new Error(`no answer to ${dialogue.waitingFor} in time`)
  }

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
    ask<T>(signal: AbortSignal, start: (done: Done<T>) => void, ms = timeFor(dialogue)) {
      const { promise, resolve, reject } = Promise.withResolvers<T>()
      const over = () => reject(loss ?? new Error('the connection was closed'))
      const abort = () => {
        reject(overdue())
        destroy()
      }
      asking = true
      timer.start(ms)
      smtp.once('end', over)
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
      else if (!alive) over()
      else start((error, result) => (error ? reject(error) : resolve(result as T)))
      return promise.finally(() => {
        asking = false
        timer.stop()
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

/** Longer than any of ours, which must come first: nodemailer's own count all of a set-up. */
const neverMs = dayMs

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
    name: heloName ?? addressLiteral(socket),
    tls,
    // The dialogue is the record that outcomes are judged by.
    logger: dialogue.logger,
    transactionLog: true,
    maxResponseSize: longestSetUpReply,
    connectionTimeout: neverMs,
    greetingTimeout: neverMs,
    socketTimeout: neverMs,
    // What we end is over at once: nothing of ours waits in a socket for the peer.
    socketCloseTimeout: 0,
  }
}
