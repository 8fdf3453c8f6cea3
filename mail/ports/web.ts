/** The world outside, as far as accepting an email needs it. */
export interface Web {
  /**
   * GETs an https URL: resolved once, every address checked against the ranges that
   * are not global, pinned, without redirects.
   *
   * @param mostBytes what is longer is refused while it is read
   * @returns the bytes, or in words for the caller why not
   */
  download(url: string, mostBytes: number, signal: AbortSignal): Promise<Download>
  /** What the DNS holds; none when the name has no such records. @throws when it cannot be asked */
  records(name: string, type: 'TXT' | 'CNAME' | 'MX'): Promise<readonly string[]>
}

export type Download =
  | { readonly kind: 'downloaded'; readonly bytes: Uint8Array; readonly contentType?: string }
  | { readonly kind: 'refused'; readonly reason: string }
