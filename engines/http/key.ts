import type { SecretName } from '../../mail/settings/secret-names.ts'

type Secrets = Readonly<Record<string, string>>

/**
 * The key to a provider's API, or why there is none that could work: anything but printable ASCII
 * cannot stand in the header of a request.
 *
 * @param what what the provider calls it
 * @param where where a person finds it
 */
export function keyOf(
  secrets: Secrets,
  name: SecretName,
  what: string,
  where: string,
): { key: string; fault?: undefined } | { key: ''; fault: string } {
  const key = secrets[name]?.trim() ?? ''
  if (key === '') return { key, fault: `no ${what}: save the secret ${name} (${where})` }
  if (!/^[\x21-\x7e]+$/.test(key))
    return { key: '', fault: `the ${what} (secret ${name}) holds a character that no key contains` }
  return { key }
}
