/** Large attachments, which come ahead of their email. Each belongs to the caller who opened it. */
export interface Uploads {
  /** Largest upload, in bytes. */
  readonly limits: { readonly bytes: number }
  /**
   * Announces an upload. Where its bytes are to be PUT without any key until it expires, or
   * undefined: at the API, which calls `put`.
   */
  open(upload: Upload): Promise<UploadPlace | undefined>
  /**
   * Keeps the bytes; says whether an upload of this size was announced and has not expired. Once
   * more replaces them.
   */
  put(owner: string, id: string, bytes: Uint8Array, now: number): Promise<boolean>
  /** What was uploaded, as often as asked, until it expires; undefined while no bytes came. */
  get(
    owner: string,
    id: string,
    now: number,
  ): Promise<{ readonly upload: Upload; readonly bytes: Uint8Array } | undefined>
}

export interface Upload {
  readonly id: string
  readonly owner: string
  readonly size: number
  readonly contentType: string
  /** The name of the attachment, unless that says another. */
  readonly filename?: string
  readonly expiresAt: number
}

export interface UploadPlace {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}
