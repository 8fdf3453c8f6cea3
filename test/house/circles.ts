import { posix } from 'node:path'
import { importsOf } from './imports.ts'

interface Source {
  readonly path: string
  readonly source: string
}

/**
 * Every circle of files that import each other, types included: a type that lies with its user
 * rather than with the thing makes two files one. Each as its paths in order.
 */
export function circlesOf(sources: readonly Source[]): string[][] {
  const known = new Set(sources.map(({ path }) => path))
  const targets = new Map(sources.map((one) => [one.path, targetsOf(one, known)]))
  const circles = new Map<string, string[]>()
  const done = new Set<string>()

  function walk(path: string, way: readonly string[]) {
    const start = way.indexOf(path)
    if (start >= 0) {
      const circle = way.slice(start)
      circles.set([...circle].sort().join(' '), circle)
    } else if (!done.has(path)) {
      for (const next of targets.get(path)!) walk(next, [...way, path])
      done.add(path)
    }
  }

  for (const { path } of sources) walk(path, [])
  return [...circles.values()]
}

function targetsOf({ path, source }: Source, known: ReadonlySet<string>): string[] {
  const found = importsOf(source)
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from }) => posix.join(posix.dirname(path), from))
  return [...new Set(found)].filter((target) => known.has(target))
}
