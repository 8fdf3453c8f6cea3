import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Whether a process of another user can run what is in this checkout: root's own home is closed. */
export function othersMayEnter(folder = resolve('.')): boolean {
  const mayPass = (statSync(folder).mode & 0o001) !== 0
  const parent = dirname(folder)
  return mayPass && (parent === folder || othersMayEnter(parent))
}
