import type { StoredTemplate } from '../ports/templates.ts'
import { openContents } from './contents.ts'
import { aliasesIn, idIn } from './names.ts'
import { currentOf, type TemplateStores } from './stored.ts'
import { readTexts } from './texts.ts'
import type { Template } from './template.ts'

/** What is published under a name; or why nothing is. */
export type Found =
  { readonly template: Template } | { readonly missing: 'unknown' | 'unpublished' }

/** Finds what emails are made from, of templates that are kept by the API. */
export interface StoredFinder {
  find(name: string, project: string): Promise<Found>
  /** Something has changed here: it counts at once. What changed elsewhere does in some seconds. */
  forget(): void
}

/** As settings are: read again when older than this, give or take 20 %. */
const freshMs = 8_000
const jitter = 0.2

/** Names that are remembered, and the texts of versions, in characters. */
const mostNames = 1_000
const mostCharacters = 20_000_000

interface Published {
  readonly stored: StoredTemplate
  readonly staleAt: number
}

/**
 * Remembers what was found, not what was not: what is published counts at once wherever it was never
 * asked for before. A version never changes, so its texts are read and compiled once.
 */
export function storedFinder(stores: TemplateStores, random = Math.random): StoredFinder {
  const { templates, clock } = stores
  const known = new Map<string, Published>()
  const opened = openedTemplates(stores)

  async function ask(name: string, project: string): Promise<StoredTemplate | undefined> {
    const id = idIn(name)
    if (id !== undefined) return templates.get(id, project)
    for (const alias of aliasesIn(name)) {
      const found = await templates.named(alias, project)
      if (found) return found
    }
    return undefined
  }

  /** What is known stays in force while it cannot be asked for. */
  async function read(name: string, project: string): Promise<StoredTemplate | undefined> {
    const key = JSON.stringify([project, name])
    const last = known.get(key)
    if (last && clock.now() < last.staleAt) return last.stored
    try {
      const stored = await ask(name, project)
      known.delete(key)
      if (known.size >= mostNames) known.clear()
      const staleAt = clock.now() + freshMs * (1 + jitter * (2 * random() - 1))
      if (stored && currentOf(stored)) known.set(key, { stored, staleAt })
      return stored
    } catch (error) {
      if (last) return last.stored
      throw error
    }
  }

  async function find(name: string, project: string): Promise<Found> {
    const stored = await read(name, project)
    if (!stored) return { missing: 'unknown' }
    if (!currentOf(stored)) return { missing: 'unpublished' }
    const template = await opened(stored)
    if (template) return { template }
    // Its texts were removed: so it has changed since it was read.
    known.clear()
    const now = await read(name, project)
    const again = now && currentOf(now) && (await opened(now))
    return again ? { template: again } : { missing: now ? 'unpublished' : 'unknown' }
  }

  return { find, forget: () => known.clear() }
}

/** Versions that were opened, the last used last. */
function openedTemplates(stores: TemplateStores) {
  const opened = new Map<string, Opened>()
  const opening = new Map<string, Promise<Opened | undefined>>()
  let characters = 0

  function keep(key: string, one: Opened) {
    opened.set(key, one)
    characters += one.characters
    for (const [oldest, { characters: freed }] of opened) {
      if (characters <= mostCharacters || oldest === key) return
      opened.delete(oldest)
      characters -= freed
    }
  }

  async function read(key: string, stored: StoredTemplate): Promise<Opened | undefined> {
    const { number, texts } = currentOf(stored)!
    const contents = await readTexts(stores, texts)
    if (!contents) return undefined
    const { alias, id, name: title } = stored
    const template = openContents(contents, { name: alias ?? id, version: String(number), title })
    const one = { template, characters: JSON.stringify(contents).length }
    keep(key, one)
    return one
  }

  return async function open(stored: StoredTemplate): Promise<Template | undefined> {
    const { number, texts } = currentOf(stored)!
    const key = JSON.stringify([texts.key, stored.alias, stored.name, number])
    const last = opened.get(key)
    if (last) {
      opened.delete(key)
      opened.set(key, last)
      return last.template
    }
    const reading = opening.get(key) ?? read(key, stored).finally(() => opening.delete(key))
    opening.set(key, reading)
    return (await reading)?.template
  }
}

interface Opened {
  readonly template: Template
  readonly characters: number
}
