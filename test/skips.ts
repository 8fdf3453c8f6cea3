/** Tests that may be skipped even where everything is installed, by their full name. */
interface AllowedSkip {
  readonly name: RegExp
  readonly why: string
}

const allowedSkips: readonly AllowedSkip[] = [
  {
    name: /^engine [\w ]+ > .+ \(.+\)$/,
    why: 'the engine cannot do it by its nature; the reason is in the title',
  },
  {
    name: /\.\.\/shared\/testdata/,
    why: 'collections of others in ../shared/testdata, which is not part of the project',
  },
  {
    name: /a file system without space \(.+\)$/,
    why: 'a container may not mount; its sibling with files that may not grow runs everywhere',
  },
]

/** How many of these were skipped for each reason on the list. */
export function reasonsOf(allowed: readonly string[]): string[] {
  return allowedSkips.flatMap(({ name, why }) => {
    const count = allowed.filter((one) => name.test(one)).length
    return count > 0 ? [`${count}: ${why}`] : []
  })
}

/** What was skipped, sorted into what may be and what stands for a suite that did not run. */
export function judgeSkips(names: readonly string[]) {
  const isAllowed = (name: string) => allowedSkips.some((allowed) => allowed.name.test(name))
  return {
    allowed: names.filter(isAllowed),
    missing: names.filter((name) => !isAllowed(name)),
  }
}
