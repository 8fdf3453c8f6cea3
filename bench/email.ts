const line = 'Your order has shipped and will be with you soon. Track it on our site. '

/** One email as `POST /emails` takes it: about 4 kB of JSON, and of MIME. */
export const email = {
  from: 'Shop <shop@example.com>',
  to: ['user@example.net'],
  subject: 'Your order has shipped',
  html: `<p>${line.repeat(28)}</p>`,
  text: `${line.trimEnd()}\n`.repeat(22),
}

/** What a load makes: `email` over and over, from so many clients. */
export interface Load {
  readonly port: number
  readonly clients: number
  readonly total: number
  /** Requests begun per second, whatever the answers do; as fast as they are answered otherwise. */
  readonly perSecond?: number
}

export interface LoadResult {
  readonly seconds: number
  readonly refused: number
  /** Milliseconds from when a request was due until its answer was there. */
  readonly latencies: readonly number[]
}
