import { describe, expect, it } from 'vitest'
import { providers } from '../../../mail/settings/providers.ts'
import { secretNames } from '../../../mail/settings/secret-names.ts'
import { resolveSettings } from '../../../mail/settings/settings.ts'

/**
 * What stands between a stored key and a server of an attacker: SMTP's host is guarded by asking for
 * the secret again, and all the others go to hosts that no setting names. A new setting or secret
 * has to be judged here.
 */
const judged = {
  /** One of two hosts of SendGrid's. */
  'sendgrid.region': 'a choice',
  'sendgrid.sandbox': 'a choice',
  /** A field of the request. */
  'postmark.messageStream': 'one word',
  /** A part of the path; letters, digits, dots and hyphens. */
  'mailgun.domain': 'a domain in the path',
  'mailgun.region': 'a choice',
  'ses.configurationSet': 'one word',
  /** A part of the host below amazonaws.com; what goes there is signed, and holds no secret. */
  'ses.region': 'one word',
  'ses.identityArn': 'a field of the request',
  'ses.tenant': 'one word',
} as const

const names = Object.keys(judged) as (keyof typeof judged)[]

const hostile = [
  'evil.test',
  'https://evil.test',
  'eu.evil.test/',
  'eu@evil.test',
  'eu-west-1.evil.test',
  'eu-west-1/../..',
  'evil.test#',
  'eu:443',
]

describe('a stored secret', () => {
  it('of another engine than smtp goes where no setting chooses', () => {
    const settings = Object.entries(providers).flatMap(([engine, schema]) =>
      Object.keys(schema.unwrap().shape).map((key) => `${engine}.${key}`),
    )
    expect(settings.toSorted()).toEqual(names.toSorted())
  })

  it('belongs to an engine that was judged', () => {
    const engines = new Set(secretNames.map((name) => name.split('.')[0]!))
    // Resend has one host and no settings; the keys of DKIM and feedback sign and are sent nowhere.
    expect([...engines].filter((one) => !(one in providers))).toEqual([
      'smtp',
      'resend',
      'dkim',
      'feedback',
    ])
  })

  it.each(names.filter((name) => judged[name] === 'a choice' || judged[name] === 'one word'))(
    'is not sent to what %s names',
    (name) => {
      const [engine, key] = name.split('.') as [string, string]
      for (const value of hostile) {
        const saved = { [engine]: { [key]: value } }
        expect(resolveSettings({ defaults: {}, saved, locks: {} })).toHaveProperty('faults')
      }
    },
  )
})
