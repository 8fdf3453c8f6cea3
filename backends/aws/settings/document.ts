import { createHash } from 'node:crypto'
import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm'
import type { StoredSettings } from '../../../mail/ports/settings-store.ts'

/** The saved document, and how often its parameter was written. */
export interface Document extends StoredSettings {
  readonly count: number
}

/** A parameter holds 8 KB at most, above 4 KB for a few cents a month. */
export const mostBytes = 8_192
const mostReadableBytes = 4_096

export async function readDocument(ssm: SSMClient, name: string): Promise<Document> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }))
    const { Value = '', Version = 0, LastModifiedDate } = Parameter!
    const savedAt = LastModifiedDate?.getTime()
    return { ...parse(Value), ...versionOf(Value, Version), ...(savedAt && { savedAt }) }
  } catch (error) {
    if (!hasName(error, 'ParameterNotFound')) throw error
    return { settings: undefined, version: 'none', count: 0 }
  }
}

/** @returns undefined when there is a parameter where there was none before */
export async function writeDocument(
  ssm: SSMClient,
  name: string,
  settings: object,
  before: Document,
): Promise<Document | undefined> {
  const text = textOf(settings)
  const command = new PutParameterCommand({
    Name: name,
    Value: text,
    Type: 'String',
    Overwrite: before.count > 0,
    // What was large once stays so: no plain Standard may be asked for then.
    Tier: 'Intelligent-Tiering',
  })
  try {
    const { Version = 0 } = await ssm.send(command)
    return { settings, ...versionOf(text, Version) }
  } catch (error) {
    if (hasName(error, 'ParameterAlreadyExists')) return undefined
    throw error
  }
}

/** Names the text too: a parameter that was removed and created again counts from 1. */
function versionOf(text: string, count: number) {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return { version: `${count}.${hash}`, count }
}

/**
 * As JSON to read, while it fits. Two opening braces stand for a reference to another parameter,
 * which Parameter Store refuses; in JSON they only occur in strings, where one can be escaped.
 */
function textOf(settings: object): string {
  const escaped = (text: string) => text.replace(/\{(?=\{)/g, '\\u007b')
  const readable = escaped(JSON.stringify(settings, undefined, 2))
  if (Buffer.byteLength(readable) <= mostReadableBytes) return readable
  const text = escaped(JSON.stringify(settings))
  const bytes = Buffer.byteLength(text)
  if (bytes > mostBytes)
    throw new RangeError(`the settings have ${bytes} bytes; a parameter holds ${mostBytes}`)
  return text
}

/** What JSON.parse says quotes what it read: only the place is passed on. */
function parse(text: string): Pick<StoredSettings, 'settings' | 'fault'> {
  try {
    return { settings: JSON.parse(text) as unknown }
  } catch (error) {
    const place = /\(line \d+ column \d+\)/.exec((error as Error).message)
    const fault = ['the settings parameter is not JSON', ...(place ?? [])].join(' ')
    return { settings: undefined, fault }
  }
}

function hasName(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name
}
