import { findTexts, readFound, type FoundText } from '../backends/web/template-files.ts'
import type { HostFacts } from '../mail/doctor/facts.ts'
import type { Clock } from '../mail/ports/clock.ts'
import type { TemplateFolder } from '../mail/template/folder.ts'
import { spellFault, type TemplateFault } from '../mail/template/template-fault.ts'

/** The folder of templates, read when it is first asked for, and again when it has changed. */
export interface WatchedFolder {
  /** The set in force. */
  current(): Promise<TemplateFolder>
  /** What is wrong with the files, as far as they were read. */
  faults(): readonly string[]
}

interface FolderOptions {
  readonly path: string
  /** Whether it is a fault that it is not there. */
  readonly isWanted: boolean
  readonly clock: Clock
}

/** Milliseconds for which the folder is taken to be as it was. */
const restMs = 1_000

/**
 * A folder of templates on this machine. Files with a fault do not take the place of a set without
 * one: that stays in force until they are whole again.
 */
export function watchedFolder({ path, isWanted, clock }: FolderOptions): WatchedFolder {
  let set: TemplateFolder = { templates: new Map(), faults: [] }
  let faults: readonly TemplateFault[] = []
  let seen: string | undefined
  let looked = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined

  async function look() {
    try {
      const found = await findTexts(path)
      const mark = JSON.stringify(found)
      if (mark !== seen) await take(found)
      seen = mark
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException
      seen = undefined
      faults = code === 'ENOENT' && !isWanted ? [] : [unreadable(path, code, error)]
      if (code === 'ENOENT' && !isWanted) set = { templates: new Map(), faults: [] }
    }
    looked = clock.now()
  }

  async function take(found: readonly FoundText[]) {
    const read = await readFound(path, found)
    faults = read.faults
    if (faults.length === 0 || set.faults.length > 0 || set.templates.size === 0) set = read
  }

  return {
    async current() {
      if (clock.now() - looked >= restMs || clock.now() < looked) {
        looking ??= look().finally(() => (looking = undefined))
        await looking
      }
      return set
    },
    faults: () => faults.map(spellFault),
  }
}

/** What the host knows, with what is wrong with its templates. */
export function withTemplates(
  facts: () => Promise<HostFacts>,
  folder: WatchedFolder,
): () => Promise<HostFacts> {
  return async () => {
    const [known, templates] = [await facts(), folder.faults()]
    return { ...known, ...(templates.length > 0 && { templates }) }
  }
}

function unreadable(where: string, code: string, error: unknown): TemplateFault {
  const why = error instanceof Error && code === 'unknown' ? error.message : code
  return { where, line: 1, rule: `the folder cannot be read: ${why}` }
}
