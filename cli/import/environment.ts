import type { Imported } from './imported.ts'
import { readMailVariables, type Names } from './mail-variables.ts'

/** Reads the `.env` of any application that names its mail server in MAIL_ or SMTP_ variables. */
export function readEnvironment(text: string): Imported {
  return readMailVariables(text, {
    names,
    pattern: /^(?:MAIL|SMTP)_/,
    expected: 'a .env with MAIL_ or SMTP_ variables',
  })
}

const names: Names = {
  mailer: ['MAIL_MAILER', 'MAIL_DRIVER'],
  host: ['MAIL_HOST', 'SMTP_HOST', 'SMTP_SERVER'],
  port: ['MAIL_PORT', 'SMTP_PORT'],
  encryption: ['MAIL_ENCRYPTION', 'MAIL_SCHEME', 'SMTP_ENCRYPTION', 'SMTP_SECURE'],
  username: ['MAIL_USERNAME', 'MAIL_USER', 'SMTP_USERNAME', 'SMTP_USER'],
  password: ['MAIL_PASSWORD', 'MAIL_PASS', 'SMTP_PASSWORD', 'SMTP_PASS'],
  fromAddress: ['MAIL_FROM_ADDRESS', 'MAIL_FROM', 'SMTP_FROM'],
  fromName: ['MAIL_FROM_NAME', 'SMTP_FROM_NAME'],
  heloName: ['MAIL_EHLO_DOMAIN', 'SMTP_EHLO_DOMAIN'],
}
