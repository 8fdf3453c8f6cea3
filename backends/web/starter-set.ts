import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Template } from '../../mail/template/template.ts'
import { readTemplates } from './template-files.ts'

/** The templates that come with Postern, by name. */
type StarterSet = () => Promise<ReadonlyMap<string, Template>>

/** Reads them when one is wanted first, and keeps them: they change only with Postern. */
export function starterSet(path = starterFolder()): StarterSet {
  let reading: ReturnType<typeof readTemplates> | undefined
  return async () => (await (reading ??= readTemplates(path))).templates
}

/** Below the sources; one further up from what is built. */
export function starterFolder(): string {
  const places = ['../..', '../../..'].map((up) => join(import.meta.dirname, up, 'templates'))
  return places.find((place) => existsSync(join(place, '_layouts')))!
}
