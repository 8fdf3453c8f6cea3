/**
 * The locale among those there are that fits the one wanted: by look-up of BCP 47 (RFC 4647 section
 * 3.4), on tags to which what is likely was added, so that `zh-TW` finds `zh-Hant`, `pt` finds
 * `pt-BR`, and `en-GB` rather `en-US` than another language.
 *
 * @returns undefined when none fits, or what is wanted is no tag
 */
export function findLocale(wanted: string, there: readonly string[]): string | undefined {
  const asked = readLocale(wanted)
  if (!asked) return undefined
  const exact = there.find((one) => readLocale(one)?.toString() === asked.toString())
  if (exact !== undefined) return exact
  const { language, script, region } = asked.maximize()
  const fits = there.flatMap((tag) => {
    const full = readLocale(tag)?.maximize()
    if (full?.language !== language || full.script !== script) return []
    return [{ tag, isOfRegion: full.region === region }]
  })
  const general = fits.find(({ tag }) => readLocale(tag)?.region === undefined)
  return (fits.find(({ isOfRegion }) => isOfRegion) ?? general ?? fits[0])?.tag
}

/** `pt_BR`, as POSIX and Java write it, is read too. */
export function readLocale(tag: string): Intl.Locale | undefined {
  try {
    return tag.length > 64 ? undefined : new Intl.Locale(tag.replaceAll('_', '-'))
  } catch {
    return undefined
  }
}

const rightToLeft = new Set(['Adlm', 'Arab', 'Hebr', 'Nkoo', 'Rohg', 'Syrc', 'Thaa'])

/** For `dir` in html. */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  return rightToLeft.has(readLocale(tag)?.maximize().script ?? '') ? 'rtl' : 'ltr'
}
