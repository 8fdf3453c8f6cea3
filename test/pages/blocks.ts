/** A fenced block of a page. */
export interface Block {
  readonly language: string
  readonly code: string
  /** Whether nothing but blank lines stands between it and the block before. */
  readonly follows: boolean
}

/** The blocks of a page in their order, without the indentation of lists. */
export function blocksOf(page: string): Block[] {
  const fence = /^( *)```(\w*)\n(.*?)^\1```$/gms
  let end = -1
  return [...page.matchAll(fence)].map(
    ({ 0: all, 1: indent = '', 2: language = '', 3: code = '', index }) => {
      const follows = end >= 0 && page.slice(end, index).trim() === ''
      end = index + all.length
      return { language, follows, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }
    },
  )
}

/** The commands of a page, each with the output that the page shows of it. */
export function stepsOf(page: string): { code: string; shown?: string }[] {
  const blocks = blocksOf(page)
  return blocks.flatMap(({ language, code }, at) => {
    const next = blocks[at + 1]
    const shown = next?.follows && ['text', 'json'].includes(next.language) ? next.code : undefined
    return language === 'sh' ? [{ code, ...(shown !== undefined && { shown }) }] : []
  })
}

/**
 * What a page shows as a pattern: ids and times may be others, `…` is anything, and columns are as
 * wide as they are.
 */
export function patternOf(shown: string): RegExp {
  const parts = shown
    .trim()
    .split(/\s+/)
    .map((word) => {
      const literal = word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      return literal
        .replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, '[0-9a-f-]{36}')
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:\\.]+Z/g, '[\\dT:.-]+Z')
        .replaceAll('…', '.*?')
    })
  return new RegExp(`^\\s*${parts.join('\\s+')}\\s*$`, 's')
}
