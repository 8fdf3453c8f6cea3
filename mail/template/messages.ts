import { compile, type Library } from './compile.ts'
import type { FindMessage, Step } from './run.ts'

/** Sentences by name: a text, or one for each plural category, chosen by the number `n`. */
export type Messages = Readonly<Record<string, string | Plurals>>

type Plurals = Readonly<Record<string, string>>

/** Messages of one locale, and where they are written. */
export interface MessageFile {
  readonly where: string
  readonly locale: string
  readonly messages: Messages
}

/** Messages may refer to nothing but what they are given. */
const alone: Library = { partial: () => undefined, message: () => undefined }

/**
 * Finds messages by key: in the first of the files that has it, each compiled when it is first
 * named. They are plain text; html escapes what comes of them.
 */
export function messageFinder(files: readonly MessageFile[]): FindMessage {
  const known = new Map<string, ReturnType<FindMessage>>()
  return (key) => {
    if (!known.has(key)) known.set(key, find(files, key))
    return known.get(key)
  }
}

function find(files: readonly MessageFile[], key: string): ReturnType<FindMessage> {
  const file = files.find(({ messages }) => Object.hasOwn(messages, key))
  if (!file) return undefined
  const { where, locale } = file
  const message = file.messages[key]!
  const read = (text: string) => compile({ where: `${where}, "${key}"`, text }, 'text', alone)
  if (typeof message === 'string') {
    const step = read(message)
    return () => step
  }
  const forms = new Map(Object.entries(message).map(([form, text]) => [form, read(text)]))
  const rules = new Intl.PluralRules(locale)
  return ({ n }) => forms.get(rules.select(Number(n))) ?? forms.get('other') ?? nothing
}

const nothing: Step = () => undefined
