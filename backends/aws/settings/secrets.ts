import {
  GetParametersCommand,
  PutParameterCommand,
  type Parameter,
  type SSMClient,
} from '@aws-sdk/client-ssm'
import type { Place } from '../env.ts'

interface Secrets {
  /** Writes each as a new version; the versions, by name. Reads nothing. */
  put(secrets: Readonly<Record<string, string>>): Promise<Readonly<Record<string, number>>>
  /** By name and version; missing ones are left out. */
  read(refs: Readonly<Record<string, number>>): Promise<Readonly<Record<string, string>>>
}

/** Most parameters that one call reads. */
const mostNames = 10

/** A SecureString for each secret, whose versions Parameter Store counts and keeps: the last 100. */
export function ssmSecrets(
  ssm: () => SSMClient,
  { secretsPath, secretsKeyId }: Pick<Place, 'secretsPath' | 'secretsKeyId'>,
): Secrets {
  // A version never changes: each is read once, and decrypted once, in the life of a process.
  const known = new Map<string, string>()

  async function fetch(selectors: readonly string[]) {
    for (let first = 0; first < selectors.length; first += mostNames) {
      const Names = selectors.slice(first, first + mostNames).map((one) => `${secretsPath}/${one}`)
      const { Parameters = [] } = await ssm().send(
        new GetParametersCommand({ Names, WithDecryption: true }),
      )
      for (const parameter of Parameters)
        known.set(selectorOf(parameter, secretsPath), decoded(parameter.Value!))
    }
  }

  return {
    async put(secrets) {
      const versions: Record<string, number> = {}
      for (const [name, value] of Object.entries(secrets)) {
        const command = new PutParameterCommand({
          Name: `${secretsPath}/${name}`,
          Value: encoded(value),
          Type: 'SecureString',
          KeyId: secretsKeyId,
          Overwrite: true,
          Tier: 'Intelligent-Tiering',
        })
        versions[name] = (await ssm().send(command)).Version!
      }
      return versions
    },
    async read(refs) {
      const selectors = Object.entries(refs).map(([name, version]) => `${name}:${version}`)
      await fetch(selectors.filter((selector) => !known.has(selector)))
      const found = Object.entries(refs).map(([name, version]) => [
        name,
        known.get(`${name}:${version}`),
      ])
      return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as Readonly<
        Record<string, string>
      >
    },
  }
}

function selectorOf({ Name = '', Version }: Parameter, path: string): string {
  return `${Name.slice(path.length + 1).split(':')[0]}:${Version}`
}

/** Says that what follows is JSON of a text with two opening braces, which are not taken as such. */
const mark = 'json:'

function encoded(value: string): string {
  const isPlain = !value.includes('{{') && !value.startsWith(mark)
  return isPlain ? value : mark + JSON.stringify(value).replace(/\{(?=\{)/g, '\\u007b')
}

function decoded(value: string): string {
  return value.startsWith(mark) ? (JSON.parse(value.slice(mark.length)) as string) : value
}
