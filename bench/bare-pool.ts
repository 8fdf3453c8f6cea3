import nodemailer from 'nodemailer'
import MailComposer from 'nodemailer/lib/mail-composer'
import { answerParent } from './child.ts'
import { emailOf } from './email.ts'

/** As many emails as fast as a nodemailer pool can, composing each or with bytes made before. */
export interface PoolQuestion {
  readonly port: number
  readonly total: number
  readonly kilobytes: number
  readonly compose: boolean
  /** Emails being sent at a time. */
  readonly inHand: number
}

/** As many as Postern's SMTP engine opens. */
const connections = 20

answerParent<PoolQuestion, 'done'>(async ({ port, total, kilobytes, compose, inHand }) => {
  const pool = nodemailer.createTransport({
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    pool: true,
    maxConnections: connections,
    maxMessages: Infinity,
  })
  const email = emailOf(kilobytes)
  const raw = await new MailComposer(email).compile().build()
  const ready = { envelope: { from: 'shop@example.com', to: email.to }, raw }
  let left = total
  const sendOn = async () => {
    while (left-- > 0) await pool.sendMail(compose ? email : ready)
  }
  await Promise.all(Array.from({ length: inHand }, sendOn))
  pool.close()
  return 'done'
})
