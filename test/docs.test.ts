import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exampleOf, leaves, settingsPage, settingsPagePath } from '../docs/generate-settings.ts'
import { notes } from '../docs/settings-notes.ts'
import { startVariables } from '../machine/environment.ts'
import { overlay } from '../mail/settings/layers.ts'
import { resolveSettings } from '../mail/settings/settings.ts'
import { allowed, emailStates, transitions } from '../mail/email/states.ts'
import { projectFiles, readProjectFile } from './house/tree.ts'

describe('the page of settings', () => {
  it('is what the schema says now; otherwise run `npm run docs`', async () => {
    expect(readFileSync(settingsPagePath, 'utf8')).toBe(await settingsPage())
  })

  it.each(leaves().map(({ path }) => path))(
    'gives an example of %s that would be accepted',
    (path) => {
      const base = { from: { address: 'no-reply@example.com' } }
      const example = exampleOf(path, notes[path]!)
      const layers = { defaults: base, saved: overlay(base, example), locks: {} }
      expect(resolveSettings(layers)).not.toHaveProperty('faults')
    },
  )

  it('describes every setting, and none that does not exist', () => {
    const all = leaves()
    expect(all.filter(({ schema }) => !schema.description).map(({ path }) => path)).toEqual([])
    expect(Object.keys(notes).sort()).toEqual(all.map(({ path }) => path).sort())
  })
})

describe('the page of one machine', () => {
  it('names every variable, and none that does not exist', () => {
    const rows = [...readProjectFile('docs/one-machine.md').matchAll(/^\| `.*? \|/gm)].join()
    const named = [...rows.matchAll(/POSTERN_\w+/g)].map(([name]) => name)
    expect(named).toEqual(startVariables.map(([name]) => name))
  })
})

describe('the page of health', () => {
  it('names every line of the log with its level, and none that is never written', () => {
    const rows = [...readProjectFile('docs/health.md').matchAll(/^\| (`.*) +\| (\w+) +\|$/gm)]
    const named = rows.flatMap(([, lines, level]) =>
      [...lines!.matchAll(/`(.+?)`/g)].map(([, line]) => `${level} ${line}`),
    )
    expect(named.toSorted()).toEqual(written().toSorted())
  })

  /** As the sources of one machine have them: a level, and right after it what happened. */
  function written(): string[] {
    const sources = projectFiles().filter((path) => /^(api|machine|mail|submission)\//.test(path))
    const line = /level: '(debug|info|warn|error)',\s+what: (?:'(.+?)'|`(.+?)`)/g
    return sources.flatMap((path) =>
      [...readProjectFile(path).matchAll(line)].flatMap(([, level, words, template]) =>
        (words ? [words] : each[template!]!).map((what) => `${level} ${what}`),
      ),
    )
  }

  /** What stands for more than one. */
  const each: Readonly<Record<string, readonly string[]>> = {
    'email ${state}': ['email failed', 'email held'],
    'engine ${still}blocked': ['engine blocked', 'engine still blocked'],
  }
})

describe('the page of states', () => {
  const page = readProjectFile('docs/states.md')

  it('draws exactly the allowed transitions', () => {
    const drawn = [...page.matchAll(/^ *(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} ${to}`)
    const known = Object.entries(transitions).flatMap(([from, targets]) =>
      targets.map((to) => `${from} ${to}`),
    )
    expect(drawn.sort()).toEqual(known.sort())
  })

  it('explains every state once', () => {
    const rows = [...page.matchAll(/^\| (\w+) +\|/gm)].map(([, state]) => state)
    expect(rows.filter((row) => row !== 'state').sort()).toEqual(Object.keys(transitions).sort())
  })

  it('says that a state is never left exactly where it is not', () => {
    const ends = [...page.matchAll(/^\| (\w+) +\|.*\| never +\|$/gm)].map(([, state]) => state)
    const closed = emailStates.filter((from) => !emailStates.some((to) => allowed(from, to)))
    expect(ends.sort()).toEqual([...closed].sort())
  })
})

describe('links between pages', () => {
  const pages = projectFiles().filter((path) => path.endsWith('.md'))
  const files = new Set(projectFiles())

  it.each(pages)('in %s lead to files that exist', (page) => {
    const links = [...readProjectFile(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      ([, link]) => link!,
    )
    const local = links.filter((link) => !/^[a-z]+:/.test(link))
    const broken = local.filter((link) => !exists(new URL(link, `file:///${page}`).pathname))
    expect(broken).toEqual([])
  })

  /** A file of the project, or a folder that holds one. */
  function exists(pathname: string): boolean {
    const path = decodeURIComponent(pathname).slice(1).replace(/\/$/, '')
    return files.has(path) || [...files].some((file) => file.startsWith(`${path}/`))
  }
})
