import { isId } from '../email/id.ts'

/** How a template may be named in requests: for one that is a file the name of its folder. */
export const aliasPattern = /^[a-z0-9][a-z0-9._-]{0,99}$/i

/** Most characters of a name for people. */
export const mostOfName = 200

/** The id that a name is: as Postern gives it, or as SendGrid writes it. */
export function idIn(name: string): string | undefined {
  const id = name.toLowerCase()
  if (isId(id)) return id
  const [, ...groups] = shortId.exec(id) ?? []
  return groups.length > 0 ? groups.join('-') : undefined
}

/** As SendGrid writes ids of templates: `d-` and 32 digits. */
export function shortIdOf(id: string): string {
  return `d-${id.replaceAll('-', '')}`
}

const shortId = /^d-([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/

/**
 * The alias that a name is. `d-` may stand before it: for SendGrid's libraries that makes a template
 * a dynamic one.
 */
export function aliasesIn(name: string): string[] {
  return [...new Set([name, name.replace(/^d-/, '')])]
}
