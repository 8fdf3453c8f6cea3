import { readFileSync } from 'node:fs'

/** Where it cannot be read: what a Mac gives. Node raises the soft limit to the hard one. */
const usual = 10_240

/** How many files and connections this process may have open; Linux says so. */
export function mostOpenFiles(): number {
  try {
    const [, most] =
      /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return Number(most ?? usual)
  } catch {
    return usual
  }
}
