import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { readRawRequest } from '../../mail/request/raw-request.ts'
import { serveSmtp, type SmtpListener } from '../../submission/server.ts'
import type { SmtpSteps } from '../../submission/session.ts'

/** Steps that take whatever comes, as a door without keys does, and keep nothing. */
const steps: SmtpSteps = {
  logIn: async (token) => ({ token }),
  begin: async () => undefined,
  addRecipient: async () => undefined,
  async take(stream) {
    readRawRequest(Buffer.from(await text(stream), 'latin1'), { from: '', to: ['b@example.com'] })
    return 'taken'
  },
}

let listening: Promise<SmtpListener> | undefined

/** One session over a real socket. @throws Error when it does not come to its end */
export async function talkSmtp(input: string): Promise<void> {
  listening ??= serveSmtp(steps, {
    ...{ port: 0, host: '127.0.0.1', needsTls: false, implicitTls: false },
    log: (line) => {
      throw new Error(JSON.stringify(line))
    },
  })
  const socket = connect((await listening).port, '127.0.0.1')
  let isLate = false
  const late = setTimeout(() => {
    isLate = true
    socket.destroy()
  }, 10_000)
  // It may be closed before all is written: that is an end too.
  socket.on('error', () => undefined)
  socket.resume()
  socket.write(input)
  socket.write('\r\n.\r\nQUIT\r\n')
  await new Promise((resolve) => socket.once('close', resolve))
  clearTimeout(late)
  if (isLate) throw new Error('the session did not end')
}
