import { createRequire } from 'node:module'
import type sendgrid from '@sendgrid/mail'

export type Service = typeof sendgrid

export interface SendGridVersion {
  readonly version: string
  /** The typings leave out the class, without which there is only one shared instance. */
  readonly MailService: new () => Service
}

const require = createRequire(import.meta.url)

/** The last of 7, with the HTTP client of its day, and the latest. */
export const sendGridVersions: readonly SendGridVersion[] = [
  { version: '7.7.0', ...(require('sendgrid-mail-7') as Omit<SendGridVersion, 'version'>) },
  { version: '8.1.6', ...(require('@sendgrid/mail') as Omit<SendGridVersion, 'version'>) },
]
