/** What a command sees of its environment. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  /** Whether a person reads the output as it comes. */
  readonly isWatched: boolean
  /** How wide the terminal is that shows the output; undefined where a program reads it. */
  readonly columns?: number
  /** Writes to standard output; a line break is added. */
  readonly print: (text: string) => void
  /** Writes bytes to standard output as they are; resolves when more may follow. */
  readonly write: (bytes: Uint8Array) => Promise<void>
  /** Writes to standard error as it is: what is not the answer. */
  readonly remark: (text: string) => void
}

/** Of a terminal that does not say. */
const usualColumns = 80

/** The terminal of this process. */
export function processTerminal(): Terminal {
  // A reader that has seen enough, such as `head`, is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  return {
    env: process.env,
    input: process.stdin,
    isWatched: process.stdout.isTTY,
    ...(process.stdout.isTTY && { columns: process.stdout.columns || usualColumns }),
    print: (text) => void process.stdout.write(`${text}\n`),
    write: (bytes) => new Promise((resolve) => void process.stdout.write(bytes, () => resolve())),
    remark: (text) => void process.stderr.write(text),
  }
}

/** Everything on standard input, to its end. */
export async function readBytes({ input }: Terminal): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of input) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** Everything on standard input as UTF-8, to its end. */
export async function readInput(terminal: Terminal): Promise<string> {
  return (await readBytes(terminal)).toString('utf8')
}
