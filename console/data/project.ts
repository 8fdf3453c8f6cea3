/** The project that the address names: `#/log?project=shop`; undefined where it names none. */
export const project: string | undefined = projectIn(location.hash)

/** The header that has the API work in it. */
export function projectHeader(): Readonly<Record<string, string>> {
  return project === undefined ? {} : { 'x-postern-project': project }
}

/** Shows the same view of another project. */
export function switchTo(name: string) {
  const [path, query] = location.hash.replace(/^#?/, '').split('?')
  const parameters = new URLSearchParams(query)
  parameters.set('project', name)
  location.hash = `#${path || '/'}?${parameters.toString()}`
}

// All that the page knows is of one project, so that none of it can be taken for another's.
addEventListener('hashchange', () => {
  if (projectIn(location.hash) !== project) location.reload()
})

function projectIn(hash: string): string | undefined {
  return new URLSearchParams(hash.split('?')[1]).get('project') ?? undefined
}
