import type { makeApiKey } from '../mail/keys/api-keys.ts'

/** What is asked for a key that may do everything, in every project. */
export const fullAccess = {
  name: 'first',
  permission: 'full_access',
  project: '*',
  capture: false,
} as const satisfies Parameters<typeof makeApiKey>[0]
