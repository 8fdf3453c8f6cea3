import { WriteStream } from 'node:tty'
import * as util from 'node:util'

/** What a command sees of its environment. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  /** Whether a person reads the output as it comes. */
  readonly isWatched: boolean
  /** How wide the terminal is that shows the output; undefined where a program reads it. */
  readonly columns?: number
  /** Text in a colour or in bold; undefined where the output has no colours. */
  readonly paint?: (as: Paint, text: string) => string
  /** Shows on standard error how far long work is, over what it showed before; '' takes it away. */
  readonly showProgress?: (text: string) => void
  /** Writes to standard output; a line break is added. */
  readonly print: (text: string) => void
  /** Writes bytes to standard output as they are; resolves when more may follow. */
  readonly write: (bytes: Uint8Array) => Promise<void>
  /** Writes to standard error as it is: what is not the answer. */
  readonly remark: (text: string) => void
}

export type Paint = 'bold' | 'red' | 'yellow' | 'green'

/** Of a terminal that does not say. */
const usualColumns = 80

/** To the first column, and clears the line (ECMA-48, EL). */
const overTheLine = '\r\u001B[K'

/** The terminal of this process. */
export function processTerminal(): Terminal {
  // A reader that has seen enough, such as `head`, is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  // What was not the answer is not missed.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    env: process.env,
    input: process.stdin,
    isWatched: process.stdout.isTTY,
    ...(process.stdout.isTTY && { columns: process.stdout.columns || usualColumns }),
    ...(isColoured(process.stdout) && { paint: (as, text) => util.styleText(as, text, always) }),
    ...(process.stderr.isTTY && {
      showProgress: (text) => void process.stderr.write(overTheLine + text),
    }),
    print: (text) => void process.stdout.write(`${text}\n`),
    write: (bytes) => new Promise((resolve) => void process.stdout.write(bytes, () => resolve())),
    remark: (text) => void process.stderr.write(text),
  }
}

/** Whether colours were looked for already. */
const always = { validateStream: false }

/** On a terminal that has them, or where `FORCE_COLOR` asks for them; never with `NO_COLOR`. */
function isColoured({ isTTY }: { readonly isTTY: boolean }): boolean {
  const isAskedFor = process.env['FORCE_COLOR'] !== undefined
  // Node 20 has styleText from 20.12 on.
  return 'styleText' in util && (isTTY || isAskedFor) && WriteStream.prototype.hasColors(16)
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
