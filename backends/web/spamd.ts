import { connect } from 'node:net'
import { readVerdict, unknown, type JudgeSpam, type SpamVerdict } from '../../mail/check/spam.ts'

export interface SpamdPlace {
  readonly host: string
  readonly port: number
  /** Longest that it may take, in milliseconds; 20,000 unless given. */
  readonly mostMs?: number
}

/** What SpamAssassin's own client hands over at most, in bytes. */
const mostBytes = 500_000

/** Bytes of an answer that are read: a report has some thousand. */
const mostAnswerBytes = 262_144

/** Asks SpamAssassin's daemon, by its protocol (spamd/PROTOCOL, SPAMC/1.5). */
export function spamd({ host, port, mostMs = 20_000 }: SpamdPlace): JudgeSpam {
  return async (eml) => {
    if (eml.byteLength > mostBytes)
      return unknown(
        `it has ${eml.byteLength} bytes, more than the ${mostBytes} that are handed over`,
      )
    try {
      return verdictIn(await answerTo(eml, { host, port, mostMs }))
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      return unknown(code === undefined ? message : `it could not be asked (${code})`)
    }
  }
}

function answerTo(eml: Uint8Array, { host, port, mostMs }: Required<SpamdPlace>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let size = 0
    const socket = connect({ host, port })
    const timer = setTimeout(
      () => socket.destroy(new Error(`it gave no answer within ${mostMs / 1_000} s`)),
      mostMs,
    )
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece)
      size += piece.length
      if (size > mostAnswerBytes) socket.destroy(new Error('its answer is too long'))
    })
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(pieces))
    })
    socket.write(`REPORT SPAMC/1.5\r\nContent-length: ${eml.byteLength}\r\n\r\n`)
    socket.end(eml)
  })
}

/** What ends before its length was cut off. */
function verdictIn(answer: Buffer): SpamVerdict {
  const bytes = answer.toString('latin1')
  const [, length] = /^Content-length: *(\d{1,9})\r?$/im.exec(bytes) ?? []
  const head = /^[^]*?\r?\n\r?\n/.exec(bytes)?.[0] ?? ''
  const isWhole = length === undefined || bytes.length - head.length >= Number(length)
  return isWhole ? readVerdict(answer.toString()) : unknown('its answer was cut off')
}
