import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { answerParent } from './child.ts'

/** `port`, where the sink listens; `reached`, answered once it holds that many emails in all. */
export type SinkQuestion = { readonly kind: 'port' } | { readonly kind: 'reached'; count: number }

/** An SMTP server that accepts everything, with PIPELINING, and keeps nothing but a count. */
let count = 0
let waiting: { count: number; resolve: () => void } | undefined

const endOfData = Buffer.from('\r\n.\r\n')

const replies: Readonly<Record<string, string>> = {
  EHLO: '250-sink\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250 8BITMIME\r\n',
  DATA: '354 go on\r\n',
  QUIT: '221 bye\r\n',
}

const server = createServer((socket) => converse(socket)).listen(0, '127.0.0.1')
const listening = once(server, 'listening')

answerParent<SinkQuestion, number>(async (question) => {
  await listening
  if (question.kind === 'port') return (server.address() as AddressInfo).port
  await new Promise<void>((resolve) => {
    waiting = { count: question.count, resolve }
    tell()
  })
  return count
})

function converse(socket: Socket): void {
  let pending: Buffer = Buffer.alloc(0)
  let isInData = false
  socket.setNoDelay(true)
  // The other side may go at any time, which ends a run there and not here.
  socket.on('error', () => socket.destroy())
  socket.write('220 sink ESMTP\r\n')
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk
    let reply = ''
    for (let line = take(); line !== undefined; line = take()) reply += line
    if (reply !== '') socket.write(reply)
    tell()
  })

  /** The reply to the next whole command or email, if there is one. */
  function take(): string | undefined {
    const end = pending.indexOf(isInData ? endOfData : '\n')
    if (end < 0) return undefined
    const verb = pending.toString('latin1', 0, 4).toUpperCase()
    pending = pending.subarray(end + (isInData ? endOfData.length : 1))
    if (!isInData) {
      isInData = verb === 'DATA'
      return replies[verb] ?? '250 2.1.0 ok\r\n'
    }
    isInData = false
    return `250 2.0.0 kept as ${++count}\r\n`
  }
}

function tell(): void {
  if (!waiting || count < waiting.count) return
  waiting.resolve()
  waiting = undefined
}
