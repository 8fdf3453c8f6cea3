import type { Imported } from './imported.ts'
import { readMailVariables, type Names } from './mail-variables.ts'

/**
 * Reads the `.env` of K-Box: KBOX_MAIL_ variables, or Laravel's MAIL_ ones where those are missing.
 * A password in it is plain text; only the one in K-Box's database is base64.
 */
export function readKbox(text: string): Imported {
  return readMailVariables(text, {
    names,
    pattern: /^(?:KBOX_)?MAIL_/,
    expected: 'a .env with KBOX_MAIL_ or MAIL_ variables',
    worked: ['smtp', 'log'],
  })
}

const either = (...names: readonly string[]) =>
  names.flatMap((name) => `KBOX_MAIL_${name}`).concat(names.map((name) => `MAIL_${name}`))

const names: Names = {
  mailer: either('MAILER', 'DRIVER'),
  host: either('HOST'),
  port: either('PORT'),
  encryption: either('ENCRYPTION'),
  username: either('USERNAME'),
  password: either('PASSWORD'),
  fromAddress: either('FROM_ADDRESS'),
  fromName: either('FROM_NAME'),
  heloName: either('EHLO_DOMAIN'),
}
