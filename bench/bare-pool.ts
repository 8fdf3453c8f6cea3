import nodemailer from 'nodemailer'
import MailComposer from 'nodemailer/lib/mail-composer'
import { answerParent } from './child.ts'
import { email } from './email.ts'

/** As many emails as fast as a nodemailer pool can, composing each or with bytes made before. */
export interface PoolQuestion {
  readonly port: number
  readonly total: number
  readonly compose: boolean
}

/** As many as Postern's SMTP engine opens. */
const connections = 20

/** More than there are connections, so that none ever waits for the next email. */
const inHand = 100

answerParent<PoolQuestion, 'done'>(async ({ port, total, compose }) => {
  const pool = nodemailer.createTransport({
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    pool: true,
    maxConnections: connections,
    maxMessages: Infinity,
  })
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
