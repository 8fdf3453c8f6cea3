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
    why: 'collections of others that are not part of the project',
  },
  {
    name: /a file system without space \(.+\)$/,
    why: 'a container may not mount; its sibling with files that may not grow runs everywhere',
  },
]

/** What was skipped, sorted into what may be and what stands for a suite that did not run. */
export function judgeSkips(names: readonly string[]) {
  const isAllowed = (name: string) => allowedSkips.some((allowed) => allowed.name.test(name))
  return {
    allowed: names.filter(isAllowed),
    missing: names.filter((name) => !isAllowed(name)),
  }
}
