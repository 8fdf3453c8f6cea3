import { createRequire } from 'node:module'
import { join } from 'node:path'
import { exitCodes, Failure } from '../machine/failure.ts'
import { tagsIn, lineAt } from '../mail/template/scan.ts'

/** A text that html is made of. */
export interface Source {
  /** The folder of templates, absolute. */
  readonly folder: string
  /** In the folder, with slashes. */
  readonly path: string
  readonly text: string
  readonly variables: readonly { readonly key: string; readonly type?: string }[]
}

export interface Made {
  readonly html: string
  readonly faults: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Loads a package of the project that the templates belong to.
 *
 * @throws Failure that says how to install it when it is not there
 */
export function loadInstalled(name: string, { folder }: Source, wanted = name): unknown {
  const fromProject = createRequire(join(folder, 'resolve.js'))
  try {
    fromProject.resolve(name)
  } catch (cause) {
    const words = `${name} is not installed next to ${folder}: npm install --save-dev ${wanted}`
    throw new Failure(exitCodes.no, words, { cause })
  }
  return fromProject(name)
}

/** Tags of a source that are not in what was made of it, as faults with their lines. */
export function lostTags({ path, text }: Source, html: string, cure: string): string[] {
  const left = spelled(html)
  const lost: string[] = []
  for (const { at, end, kind } of tagsIn(text)) {
    const tag = text.slice(at, end)
    const index = kind === 'comment' ? 0 : left.indexOf(tag)
    if (index < 0) lost.push(`${path}, line ${lineAt(text, at)}: ${tag} got lost; ${cure}`)
    else if (kind !== 'comment') left.splice(index, 1)
  }
  return lost
}

function spelled(text: string): string[] {
  return [...tagsIn(text)].map(({ at, end }) => text.slice(at, end))
}

/** What stands above the words, and the words on the lines that they had. */
export function splitHead(text: string): { head: string; body: string } {
  const [head = ''] = /^---\r?\nsubject:.*\r?\n---\r?\n/.exec(text) ?? []
  return { head, body: '\n'.repeat(head.split('\n').length - 1) + text.slice(head.length) }
}
