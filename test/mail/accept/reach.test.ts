import { describe, expect, it, onTestFinished } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import type { Caller } from '../../../mail/keys/caller.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import { emailRequest, openPostern } from '../../open-postern.ts'

const local: Caller = { owner: 'local', project: 'default', scope: '*', capture: false }

async function asked(request: Partial<EmailRequest>, settings: SavedSettings, caller = local) {
  const test = await openPostern({ settings: { engine: 'smtp', ...settings } })
  onTestFinished(() => test.close())
  const answer = await accept(test.postern, () => ({ request: emailRequest(request) }), caller)
  return answer.kind === 'accepted' ? test.postern.emails.get(answer.id, '*') : answer
}

const atHome = {
  from: { address: 'webmaster@localhost', name: 'Cron' },
  to: [{ address: 'root@web1', name: 'Root' }],
}

describe('an address of one machine', () => {
  it('is captured as it is', async () => {
    const own = { from: { address: 'no-reply@own.test' }, localDomain: 'own.test' }
    const email = { ...atHome, recipients: [{ address: 'root@web1' }], capture: true }
    expect(await asked(atHome, { ...own, engine: 'noop' })).toMatchObject(email)
    expect(await asked(atHome, own, { ...local, capture: true })).toMatchObject(email)
  })

  it('is sent from and to the setting localDomain', async () => {
    const sender = { address: 'www-data@web1' }
    const request = { ...atHome, sender, cc: [{ address: '"a."@web1' }] }
    expect(await asked(request, { localDomain: 'Own.test' })).toMatchObject({
      from: { address: 'webmaster@own.test', name: 'Cron' },
      sender: { address: 'www-data@own.test' },
      to: [{ address: 'root@own.test', name: 'Root' }],
      cc: [{ address: '"a."@own.test' }],
      recipients: [{ address: 'root@own.test' }, { address: '"a."@own.test' }],
      messageId: expect.stringMatching(/@own\.test>$/) as string,
    })
  })

  it('is refused with the reason where it could not be sent', async () => {
    const rule = expect.stringMatching(/only one label.*localDomain/) as string
    expect(await asked(atHome, { from: { address: null } })).toEqual({
      kind: 'invalid',
      faults: [
        { field: 'from', rule, kind: 'invalid' },
        { field: 'to', rule, kind: 'invalid' },
      ],
    })
  })

  it('as a sender gives way to MAIL FROM, then to the default address', async () => {
    const { from } = atHome
    const sender = { address: 'www-data@web1' }
    const own = { from: { address: 'no-reply@own.test' } }
    const byMail = await asked({ from, sender, envelopeFrom: 'cron@there.test' }, own)
    expect(byMail).toMatchObject({ from: { address: 'cron@there.test', name: 'Cron' } })
    const byDefault = await asked({ from, sender }, own)
    expect(byDefault).toMatchObject({ from: { name: 'Cron' } })
    expect(byDefault).not.toHaveProperty('sender')
    expect(byDefault).not.toHaveProperty('from.address')
  })
})
