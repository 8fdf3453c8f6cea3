import { ask } from '../api.ts'
import type { Check } from '../check.ts'
import { strangeDomain } from '../options.ts'
import { useSes } from './sending.ts'

export const strangeIdentity: Check = {
  name: 'verify says no to a sender that SES does not know, under the role of the function',
  expected: 'invalid, with the domain in the words',
  needs: ['aws', 'api'],
  async run({ production, name, record }) {
    const address = `verify@${strangeDomain(name)}`
    const settings = { engine: 'ses', from: { address } }
    const { body } = await ask(production, 'POST', '/v1/settings/verify', { settings })
    record('ses-verify-of-a-strange-domain', body)
    const { engines } = body as { engines?: { ses?: { valid: boolean; reason?: string } } }
    const { valid, reason = '' } = engines?.ses ?? { valid: true }
    const isOk = !valid && reason.includes(strangeDomain(name))
    return { isOk, seen: `${valid ? 'valid' : 'invalid'} ${reason}` }
  },
}

export const knownIdentity: Check = {
  name: 'verify says yes to a sender that SES knows, and settings are saved',
  expected: 'health says that mail works, without a warning about permissions',
  needs: ['aws', 'api', 'sender'],
  async run(trial) {
    await useSes(trial)
    const { body } = await ask(trial.production, 'GET', '/v1/settings')
    const { verdict } = body as { verdict: { engines: { ses: { valid: boolean } } } }
    const seen = JSON.stringify(verdict.engines.ses)
    return { isOk: verdict.engines.ses.valid && !/could not be/.test(seen), seen }
  },
}
