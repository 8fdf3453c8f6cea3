/**
 * Bytes as text in the charset that they are said to be in. Text without a charset, or in one that
 * is unknown or ASCII, is UTF-8 where it is that, else Windows-1252: cron and many libraries call
 * their UTF-8 ASCII.
 *
 * @param charset as the email writes it, in any spelling
 */
export async function decodeText(bytes: Uint8Array, charset = ''): Promise<string> {
  const name = nameOf(charset)
  if (isUnsaid(name)) return guessed(bytes)
  if (name in shifted) return decodeShifted(bytes, shifted[name]!)
  const text = ambiguous.has(name) ? undefined : decodeCommon(bytes, name)
  return text ?? (await decodeRare(bytes, name))
}

/** Without the language of RFC 2231, in the spelling that TextDecoder knows. */
export function nameOf(charset: string): string {
  const name = charset
    .trim()
    .replace(/^["']|["']$|\*.*$/g, '')
    .toLowerCase()
  return aliases[name] ?? aliases[name.replace(/^(x-|cs)|[\s._-]/g, '')] ?? name
}

/** Whether the name of a charset says nothing: ASCII is what programs call text they never looked at. */
export function isUnsaid(name: string): boolean {
  return unsaid.has(name)
}

/** Names for ASCII, and for not knowing. */
const unsaid = new Set(
  `ascii us-ascii ansi_x3.4-1968 ansi_x3.4-1986 iso-ir-6 iso_646.irv:1991 iso646-us us ibm367 cp367 646
  csascii unknown-8bit x-unknown unknown default none binary 8bit 7bit`.split(/\s+/),
).add('')

/** Spellings of charsets that TextDecoder knows by another name only. */
const aliases: Readonly<Record<string, string>> = {
  ...{
    cp932: 'shift_jis',
    windows932: 'shift_jis',
    shiftjis: 'shift_jis',
    windows31j: 'shift_jis',
  },
  ...{ ms932: 'shift_jis', mskanji: 'shift_jis', cp943: 'shift_jis', ibm943: 'shift_jis' },
  ...{ cp936: 'gbk', ms936: 'gbk', windows936: 'gbk', euccn: 'gbk', gb23121980: 'gbk' },
  ...{ cp949: 'euc-kr', ms949: 'euc-kr', windows949: 'euc-kr', uhc: 'euc-kr', euckr: 'euc-kr' },
  ...{ cp950: 'big5', ms950: 'big5', windows950: 'big5', big5hkscs: 'big5', big5eten: 'big5' },
  ...{ eucjp: 'euc-jp', eucjpms: 'euc-jp', cp51932: 'euc-jp', eucjpwin: 'euc-jp' },
  ...{ iso2022jp: 'iso-2022-jp', iso2022jp1: 'iso-2022-jp', iso2022jp2: 'iso-2022-jp' },
  ...{ iso2022jp3: 'iso-2022-jp', iso2022jpms: 'iso-2022-jp', junet: 'iso-2022-jp' },
  ...{ cp50220: 'iso-2022-jp', cp50221: 'iso-2022-jp', cp50222: 'iso-2022-jp' },
  ...{ iso2022kr: 'iso-2022-kr', cp50225: 'iso-2022-kr', hzgb2312: 'hz-gb-2312', hz: 'hz-gb-2312' },
  ...{ iso88598i: 'iso-8859-8-i', iso88598e: 'iso-8859-8', tis620: 'windows-874' },
  ...{ cp874: 'windows-874', utf8mb4: 'utf-8', utf8: 'utf-8', utf: 'utf-8' },
  ...{ unicode11utf7: 'utf-7', unicode11utf8: 'utf-8', utf7: 'utf-7' },
}

/** UTF-8 where it is that, else Windows-1252. */
export function guessed(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function decodeCommon(bytes: Uint8Array, name: string): string | undefined {
  try {
    return new TextDecoder(name).decode(bytes)
  } catch {
    return undefined
  }
}

/** Big-endian or little-endian, as their first bytes say; TextDecoder takes the name for one. */
const ambiguous = new Set(['utf-16', 'utf16', 'ucs-2', 'unicode', 'iso-10646-ucs-2'])

/** What TextDecoder lacks: code pages of DOS, UTF-7, UTF-32. Loaded when first needed. */
async function decodeRare(bytes: Uint8Array, name: string): Promise<string> {
  const { default: iconv } = await import('iconv-lite')
  if (name !== '' && iconv.encodingExists(name)) return iconv.decode(Buffer.from(bytes), name)
  return guessed(bytes)
}

interface Shifted {
  /** The charset of two bytes, the top bit of each set, which are written here without it. */
  readonly charset: string
  readonly escape: RegExp
}

/** 7-bit charsets that shift between ASCII and two bytes a character; no library decodes them. */
const shifted: Readonly<Record<string, Shifted>> = {
  // RFC 1557: SO and SI; a designation stands once at the beginning of the text.
  'iso-2022-kr': { charset: 'euc-kr', escape: /\x1b\$\)C|\x0e([^\x0f\n]*)\x0f?/g },
  // RFC 1843: "~{" and "~}", "~~" for a tilde, "~" at the end of a line for nothing.
  'hz-gb-2312': { charset: 'gbk', escape: /~\{((?:(?!~\})[^\n])*)(?:~\})?|~(~)|~\n/g },
}

function decodeShifted(bytes: Uint8Array, { charset, escape }: Shifted): string {
  const decoder = new TextDecoder(charset)
  const text = Buffer.from(bytes).toString('latin1')
  return text.replace(escape, (_, pairs: string | undefined, itself: unknown) => {
    if (pairs !== undefined)
      return decoder.decode(Buffer.from(pairs, 'latin1').map((byte) => byte | 0x80))
    return typeof itself === 'string' ? itself : ''
  })
}
