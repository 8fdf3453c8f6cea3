const line = 'Your order has shipped and will be with you soon. Track it on our site. '

/** Half html, half text, so that an engine has both to compose. */
const linesPerKilobyte = { html: 7, text: 5.5 }

/** One email as `POST /emails` takes it: about so many kilobytes of JSON, and of MIME. */
export function emailOf(kilobytes: number) {
  const html = line.repeat(Math.round(kilobytes * linesPerKilobyte.html))
  return {
    from: 'Shop <shop@example.com>',
    to: ['user@example.net'],
    subject: 'Your order has shipped',
    html: `<p>${html}</p>`,
    text: `${line.trimEnd()}\n`.repeat(Math.round(kilobytes * linesPerKilobyte.text)),
  }
}

/** What a load makes: the same email over and over, from so many clients. */
export interface Load {
  readonly port: number
  readonly clients: number
  readonly total: number
  readonly kilobytes: number
  /** What is sent instead of an email of that size. */
  readonly email?: object
  /** Requests begun per second, whatever the answers do; as fast as they are answered otherwise. */
  readonly perSecond?: number
}

export interface LoadResult {
  readonly seconds: number
  readonly refused: number
  /** Milliseconds from when a request was due until its answer was there. */
  readonly latencies: readonly number[]
}
