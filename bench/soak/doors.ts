import { Agent, request } from 'node:http'
import { createTransport } from 'nodemailer'
import type { SoakEmail } from './email.ts'
import type { ProducerEntry } from './entries.ts'

/** Resolves with the id once Postern has said yes; rejects when it cannot be known. */
type Door = (email: SoakEmail) => Promise<string>

/** The ways by which an application hands an email over. */
interface Doors extends Readonly<Record<SoakEmail['door'], Door>> {
  close(): void
}

export function openDoors(ports: { readonly port: number; readonly smtpPort: number }): Doors {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  const relay = createTransport({ host: '127.0.0.1', port: ports.smtpPort, ignoreTLS: true })
  return {
    http: (email) => post(email, ports.port, agent),
    smtp: async ({ to, cc, bcc, subject, body, key }) => {
      const { response } = await relay.sendMail({
        from,
        to: [...to],
        cc: [...cc],
        bcc: [...bcc],
        subject,
        ...body,
        attachments: body.file ? [{ filename, content: body.file }] : [],
        headers: key ? { 'Resend-Idempotency-Key': key } : {},
      })
      return /^250 2\.0\.0 accepted (\S+)/.exec(response)![1]!
    },
    close: () => agent.destroy(),
  }
}

/** Between two tries, in milliseconds. */
const pauseMs = 250

/**
 * Asks until there is a yes or the time is over, and writes down what came of each try. What has no
 * key can be asked for only once: another try might be another email.
 */
export async function askUntilAnswered(
  email: SoakEmail,
  ask: Door,
  write: (entry: ProducerEntry) => void,
  deadline: number,
): Promise<void> {
  const { n, key } = email
  for (;;) {
    try {
      const id = await ask(email)
      return write({ at: Date.now(), n, what: 'ack', id })
    } catch (error) {
      write({ at: Date.now(), n, what: 'unknown', why: whyOf(error) })
      if (!key || Date.now() > deadline) return
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

function whyOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}

const from = 'Shop <shop@example.com>'
const filename = 'a.bin'

function post(email: SoakEmail, port: number, agent: Agent): Promise<string> {
  const { to, cc, bcc, subject, onAmbiguous, key, body } = email
  const { text, html, file } = body
  const attachments = file && [{ filename, content: file.toString('base64') }]
  const fields = { from, to, cc, bcc, subject, text, html, onAmbiguous, attachments }
  const headers = {
    Authorization: 'Bearer re_soak',
    'Content-Type': 'application/json',
    ...(key && { 'Idempotency-Key': key }),
  }
  return new Promise((resolve, reject) => {
    const asked = request({ port, agent, method: 'POST', path: '/emails', headers }, (answer) => {
      let words = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (words += chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve((JSON.parse(words) as { id: string }).id)
        else reject(new Error(`${answer.statusCode} ${words}`))
      })
    })
    asked.on('error', reject)
    asked.end(JSON.stringify(fields))
  })
}
