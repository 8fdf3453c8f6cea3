import { project } from '../data/project.ts'
import { createStore } from '../data/store.ts'

/** Where the reader is: `#/inbox/019a…/text?q=invoice`. */
interface PlaceInConsole {
  /** `''` is the overview. */
  readonly view: string
  readonly rest: readonly string[]
  readonly query: URLSearchParams
}

export const place = createStore<PlaceInConsole>(read())

type Query = Readonly<Record<string, string | undefined>>

/** The address of a place, for links: in the project that is shown. */
export function href(path: readonly string[], query: Query = {}): string {
  const parameters = new URLSearchParams(project === undefined ? {} : { project })
  for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, value)
  const tail = parameters.size > 0 ? `?${parameters.toString()}` : ''
  return `#/${path.map(encodeURIComponent).join('/')}${tail}`
}

/** Goes somewhere, as a link would. */
export function go(path: readonly string[], query?: Query) {
  location.hash = href(path, query)
}

/** Goes somewhere that "back" need not stop at: what a search box holds while it is typed into. */
export function adjust(path: readonly string[], query?: Query) {
  history.replaceState(null, '', href(path, query))
  place.set(read())
}

addEventListener('hashchange', () => place.set(read()))

function read(): PlaceInConsole {
  const [path = '', query] = location.hash.replace(/^#?\/?/, '').split('?')
  const [view = '', ...rest] = path.split('/').map(decoded)
  return { view, rest: rest.filter((part) => part !== ''), query: new URLSearchParams(query) }
}

/** Whatever was typed into the address bar. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
