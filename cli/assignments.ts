import { usage } from '../machine/failure.ts'
import { findKey, isSecretName, listKeys, type SettingsKey } from './settings-keys.ts'
import { jsonIn } from '../mail/email/json.ts'

/** What `postern settings set` was asked for: values for keys, and secrets to ask for. */
export interface Assignments {
  readonly values: readonly { readonly path: readonly string[]; readonly value: unknown }[]
  readonly secrets: readonly string[]
}

/**
 * Reads `key value`, or any number of `key=value` and names of secrets.
 *
 * @throws Failure for an unknown key, and for a secret given as an argument, without repeating it
 */
export function readAssignments(words: readonly string[]): Assignments {
  const [first = '', second = ''] = words
  refuseSecretValues(words)
  if (words.length === 2 && !first.includes('=') && !isSecretName(first))
    return { values: [assignment(first, second)], secrets: [] }
  return {
    values: words.filter((word) => !isSecretName(word)).map(pair),
    secrets: words.filter(isSecretName),
  }
}

/** @throws Failure that lists the keys there are */
export function requireKey(key: string): SettingsKey {
  const found = findKey(key)
  if (found) return found
  const keys = listKeys().map((one) => one.key)
  throw usage(`there is no setting "${key}"; there are: ${keys.join(', ')}`)
}

/** Next to a secret, only words that certainly are no secret are allowed. */
function refuseSecretValues(words: readonly string[]) {
  const named = words.map((word) => word.split('=', 1)[0]!).find(isSecretName)
  if (named === undefined || words.every((word) => isSecretName(word) || isPair(word))) return
  throw usage(
    `a secret is never an argument: other users of this machine can see it, and the shell keeps ` +
      `it. postern settings set ${named} asks for it, or reads it from standard input`,
  )
}

function isPair(word: string): boolean {
  const at = word.indexOf('=')
  return at > 0 && findKey(word.slice(0, at)) !== undefined
}

function pair(word: string) {
  const at = word.indexOf('=')
  if (at > 0) return assignment(word.slice(0, at), word.slice(at + 1))
  throw usage(`"${word}" is not key=value`)
}

/**
 * JSON where JSON of that kind fits, else text, else a list with commas, as in `ses,smtp`; 587 is a
 * port, and also a name.
 */
function assignment(name: string, text: string) {
  const key = requireKey(name)
  const json = jsonIn(text)
  const list = text.split(',').map((item) => item.trim())
  const fitting = [json, text, list].filter((one) => one !== undefined && key.takes(one))
  const [value = json === undefined ? text : json] = fitting
  return { path: key.path, value }
}
