import type { Draft } from './draft.ts'
import { inForm } from './in-form.ts'

/** What belongs to one way of getting tokens alone. */
const ofGrant: Readonly<Record<string, readonly string[]>> = {
  'smtp.oauth2.refreshToken': ['refreshToken'],
  'smtp.oauth2.clientSecret': ['refreshToken', 'clientCredentials'],
  'smtp.oauth2.privateKey': ['serviceAccount'],
}

/** Whether a setting or secret goes with the way to log in that is chosen in the form. */
export function isForLogin(path: string, draft: Draft): boolean {
  const auth = inForm(draft, { path: 'smtp.auth', default: 'password' }).value
  if (path === 'smtp.password') return auth === 'password'
  if (!path.startsWith('smtp.oauth2.')) return true
  const grant = inForm(draft, { path: 'smtp.oauth2.grant', default: 'refreshToken' }).value
  return auth === 'oauth2' && (ofGrant[path]?.some((one) => one === grant) ?? true)
}
