/** The world outside, as far as an email or a webhook needs it. */
export interface Web {
  /**
   * GETs an https URL: resolved once, every address checked against the ranges that
   * are not global, pinned, without redirects.
   *
   * @param mostBytes what is longer is refused while it is read
   * @returns the bytes, or in words for the caller why not
   */
  download(url: string, mostBytes: number, signal: AbortSignal): Promise<Download>
  /**
   * POSTs to a URL that a customer named, checked as one to download from is, each time; reads at
   * most 64 kB of the answer. Never rejects.
   */
  post(url: string, posting: Posting): Promise<Posted>
  /**
   * Asks an http or https URL for its status alone, checked as one to download from is; follows no
   * redirect. Never rejects.
   *
   * @param mostMs longest it may take, in milliseconds
   */
  look(url: string, mostMs: number): Promise<Look>
  /** In words for the customer, why nothing would be posted to this URL now; undefined: it would. */
  examine(url: string): Promise<string | undefined>
  /** What the DNS holds; none when the name has no such records. @throws when it cannot be asked */
  records(name: string, type: 'TXT' | 'CNAME' | 'MX'): Promise<readonly string[]>
}

export type Download =
  | { readonly kind: 'downloaded'; readonly bytes: Uint8Array; readonly contentType?: string }
  | { readonly kind: 'refused'; readonly reason: string }

export type Look =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'refused'; readonly reason: string }

export interface Posting {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Longest it may take altogether, in milliseconds. */
  readonly mostMs: number
  /** Ends it sooner. */
  readonly signal?: AbortSignal | undefined
}

export type Posted =
  | {
      readonly kind: 'answered'
      readonly status: number
      /** Its first kilobyte: hostile. */
      readonly text: string
      readonly retryAfter?: string
    }
  | { readonly kind: 'failed'; readonly reason: string }
